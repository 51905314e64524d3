import Orders
package import ReadModel
import TestSupport
import Text
import Testing

/// Where a kind of store keeps its content, so that the store can be opened there again.
package protocol StorePlace: SendableMetatype {
    associatedtype Store: OrderStore

    /// An empty place.
    init() throws

    func open() throws -> Store

    /// Makes commits fail as on a full disk, or lets them succeed again.
    func setFull(_ isFull: Bool, _ store: Store) throws
}

/// Something that every store promises; together they are the conformance suite.
///
/// A store's tests run each property with a place of their own:
///
///     @Test(arguments: StoreProperty<MyPlace>.all)
///     func `the store keeps what a store promises`(_ property: StoreProperty<MyPlace>) async throws {
///         try await property.check(MyPlace())
///     }
package struct StoreProperty<Place: StorePlace>: Sendable, CustomTestStringConvertible {
    package let testDescription: String
    package let check: @Sendable (Place) async throws -> Void

    init(_ name: String, _ check: @escaping @Sendable (Place) async throws -> Void) {
        testDescription = name
        self.check = check
    }

    package static var all: [StoreProperty] { reading + writing + projection }
}

private let position = StreamPosition(topic: "order-events", partition: 2)

private func reservedOrder(_ number: Int, at milliseconds: Int64 = 5) -> Order {
    var order = Order(id: orderID(number))
    order.reservation = .reserved(at: Timestamp(millisecondsSinceEpoch: milliseconds))
    return order
}

// MARK: Reading

extension StoreProperty {
    private static var reading: [StoreProperty] {
        [
            StoreProperty("a new store is empty") { place in
                let store = try place.open()
                #expect(try store.count() == 0)
                #expect(try store.count(from: orderID(0)) == 0)
                #expect(try store.offsets().isEmpty)
                #expect(try store.orders([orderID(1)]).isEmpty)
                #expect(try store.orders(after: nil, limit: 10).isEmpty)
                #expect(try store.highestID() == nil)
                #expect(try await store.order(orderID(1)) == nil)
            },
            StoreProperty("any order is read as it was written") { place in
                let store = try place.open()
                try await withSeededGenerator { generator in
                    let orders = (0..<1_200).map {
                        RandomEvents.order(orderID($0), using: &generator)
                    }
                    try store.commit(orders: orders, offsets: [:])
                    let found = try store.orders(orders.map(\.id))
                    for order in orders { #expect(found[order.id] == order) }
                    #expect(found.count == orders.count)
                    #expect(try await store.order(orders[7].id) == orders[7])
                    #expect(try store.count() == orders.count { $0.creation != nil })
                }
            },
            StoreProperty("an id that is asked for twice is answered once") { place in
                let store = try place.open()
                try store.commit(orders: [reservedOrder(1)], offsets: [:])
                let found = try store.orders([orderID(1), orderID(2), orderID(1), orderID(2)])
                #expect(found == [orderID(1): reservedOrder(1)])
            },
            StoreProperty("pages by id have each order once") { place in
                let store = try place.open()
                // Written in another sequence.
                for number in [5, 1, 4, 2, 3] {
                    try store.commit(orders: [reservedOrder(number)], offsets: [:])
                }
                #expect(
                    try store.orders(after: nil, limit: 2) == [reservedOrder(1), reservedOrder(2)]
                )
                #expect(
                    try store.orders(after: orderID(2), limit: 2) == [
                        reservedOrder(3), reservedOrder(4),
                    ]
                )
                #expect(try store.orders(after: orderID(4), limit: 2) == [reservedOrder(5)])
                #expect(try store.orders(after: orderID(5), limit: 2).isEmpty)
                #expect(try store.count(from: orderID(4)) == 2)
                #expect(try store.highestID() == orderID(5))
                // None of them has been created yet.
                #expect(try store.count() == 0)
            },
            StoreProperty("a read sees every commit that returned before") { place in
                let store = try place.open()
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for task in 0..<4 {
                        group.addTask {
                            for time in 1...50 as ClosedRange<Int64> {
                                let order = reservedOrder(task, at: time)
                                try store.commit(orders: [order], offsets: [:])
                                #expect(try await store.order(order.id) == order)
                                #expect(try store.orders([order.id]) == [order.id: order])
                            }
                        }
                    }
                    try await group.waitForAll()
                }
            },
        ]
    }
}

// MARK: Writing

extension StoreProperty {
    private static var writing: [StoreProperty] {
        [
            StoreProperty("orders and offsets are there when it is opened again") { place in
                let store = try place.open()
                try store.commit(orders: [reservedOrder(1)], offsets: [position: 42])
                try store.close()
                let again = try place.open()
                #expect(try again.orders([orderID(1)]) == [orderID(1): reservedOrder(1)])
                #expect(try again.offsets() == [position: 42])
            },
            StoreProperty("a later commit replaces an order and an offset") { place in
                let store = try place.open()
                let other = StreamPosition(topic: "order-events", partition: 1)
                try store.commit(
                    orders: [Order(id: orderID(1)), Order(id: orderID(2))],
                    offsets: [position: 1, other: 7]
                )
                let bytes = try store.commit(orders: [reservedOrder(1)], offsets: [position: 2])
                #expect(bytes > 0)
                #expect(
                    try store.orders([orderID(1), orderID(2)]) == [
                        orderID(1): reservedOrder(1), orderID(2): Order(id: orderID(2)),
                    ]
                )
                #expect(try store.offsets() == [position: 2, other: 7])
            },
            StoreProperty("a commit that fails leaves nothing, and can be repeated") { place in
                let store = try place.open()
                try store.commit(orders: [reservedOrder(0)], offsets: [position: 1])
                try place.setFull(true, store)
                let orders = (0..<2_000).map { reservedOrder($0, at: 6) }
                for _ in 0..<2 {
                    let error = try #require(throws: StoreError.self) {
                        try store.commit(orders: orders, offsets: [position: 2])
                    }
                    #expect(error.isTransient)
                    #expect(try store.orders(orders.map(\.id)) == [orderID(0): reservedOrder(0)])
                    #expect(try store.offsets() == [position: 1])
                }
                try place.setFull(false, store)
                try store.commit(orders: orders, offsets: [position: 2])
                #expect(try store.orders(orders.map(\.id)).count == orders.count)
                #expect(try store.offsets() == [position: 2])
            },
            StoreProperty("a closed store refuses everything, and says what") { place in
                let store = try place.open()
                try store.commit(orders: [reservedOrder(1)], offsets: [position: 1])
                try store.close()
                func refuses(_ action: String, _ body: () async throws -> Void) async {
                    let error = await #expect(throws: StoreError.self) { try await body() }
                    guard case .failed(action, _, isTransient: false)? = error else {
                        Issue.record("\(action): \(String(describing: error))")
                        return
                    }
                }
                await refuses("reading an order") { _ = try await store.order(orderID(1)) }
                await refuses("reading orders") { _ = try store.orders([orderID(1)]) }
                await refuses("reading orders") { _ = try store.orders(after: nil, limit: 1) }
                await refuses("counting orders") { _ = try store.count() }
                await refuses("counting orders") { _ = try store.count(from: orderID(1)) }
                await refuses("reading the highest id") { _ = try store.highestID() }
                await refuses("reading offsets") { _ = try store.offsets() }
                await refuses("writing orders") {
                    try store.commit(orders: [reservedOrder(2)], offsets: [:])
                }
                await refuses("closing the read model") { try store.close() }
            },
        ]
    }
}
