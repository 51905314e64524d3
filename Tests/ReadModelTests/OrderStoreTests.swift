import Orders
import TestSupport
import Testing

@testable import ReadModel
import Text

struct OrderStoreTests {
    private let position = StreamPosition(topic: "order-events", partition: 2)

    @Test func `a fresh store is empty`() async throws {
        let folder = try TemporaryFolder()
        let store = try OrderStore(folder: folder.path)
        #expect(try store.count() == 0)
        #expect(try store.offsets().isEmpty)
        #expect(try store.orders([orderID(1)]).isEmpty)
        #expect(try await store.order(orderID(1)) == nil)
    }

    @Test func `any order is read back as it was written`() async throws {
        let folder = try TemporaryFolder()
        try await withSeededGenerator { generator in
            let store = try OrderStore(folder: folder.path)
            let orders = (0..<1_200).map { RandomEvents.order(orderID($0), using: &generator) }
            try store.commit(orders: orders, offsets: [:])
            // More than fit into one SELECT.
            let found = try store.orders(orders.map(\.id))
            for order in orders { #expect(found[order.id] == order) }
            #expect(found.count == orders.count)
            #expect(try await store.order(orders[7].id) == orders[7])
            #expect(try store.count() == orders.count { $0.creation != nil })
        }
    }

    @Test func `orders and offsets are there after a restart`() throws {
        let folder = try TemporaryFolder()
        var order = Order(id: orderID(1))
        order.reservation = .reserved(at: Timestamp(millisecondsSinceEpoch: 5))
        do {
            let store = try OrderStore(folder: folder.path)
            try store.commit(orders: [order], offsets: [position: 42])
            try store.close()
        }
        let store = try OrderStore(folder: folder.path)
        #expect(try store.orders([order.id]) == [order.id: order])
        #expect(try store.offsets() == [position: 42])
    }

    @Test func `a later commit replaces the row and the offset`() throws {
        let folder = try TemporaryFolder()
        let store = try OrderStore(folder: folder.path)
        var order = Order(id: orderID(1))
        try store.commit(orders: [order], offsets: [position: 1])
        order.reservation = .reserved(at: Timestamp(millisecondsSinceEpoch: 5))
        try store.commit(orders: [order], offsets: [position: 2])
        #expect(try store.orders([order.id]) == [order.id: order])
        #expect(try store.offsets() == [position: 2])
    }

    @Test func `a closed store refuses everything, and says so`() async throws {
        let folder = try TemporaryFolder()
        let store = try OrderStore(folder: folder.path)
        try store.commit(orders: [Order(id: orderID(1))], offsets: [position: 1])
        try store.close()
        func refusal(_ action: String) -> StoreError {
            let message = "the database has been closed"
            return .sqlite(code: 21, extendedCode: 21, message: message, action: action)
        }
        #expect(!refusal("").isTransient)
        await #expect(throws: refusal("reading an order")) { try await store.order(orderID(1)) }
        #expect(throws: refusal("reading orders")) { try store.orders([orderID(1)]) }
        #expect(throws: refusal("reading orders")) { try store.orders(after: nil, limit: 1) }
        #expect(throws: refusal("counting orders")) { try store.count() }
        #expect(throws: refusal("counting orders")) { try store.count(from: orderID(1)) }
        #expect(throws: refusal("reading offsets")) { try store.offsets() }
        #expect(throws: refusal("writing orders")) {
            try store.commit(orders: [Order(id: orderID(2))], offsets: [:])
        }
        #expect(throws: refusal("closing the read model")) { try store.close() }
    }

    @Test func `a person reads the rows with the sqlite3 command line`() async throws {
        let fixture = try Fixture()
        var log = EventLog()
        log.append(created(orderID(1)), at: 1_000)
        log.append(reserved(orderID(1)), at: 2_000)
        try fixture.projector.apply(log.records)
        try fixture.projector.commit()

        let rows = try await sqlite3(
            fixture.databasePath,
            """
            SELECT order_id, status, customer_id, total_amount, created_at, reserved_at,
                json_extract(items, '$[0].product_id')
            FROM orders
            """
        )
        #expect(rows == "\(orderID(1))|confirmed|customer-1|19.98|1000|2000|p-1\n")
        let offsets = try await sqlite3(
            fixture.databasePath,
            "SELECT topic, next_offset FROM offsets ORDER BY topic"
        )
        #expect(offsets == "inventory-events|1\norder-events|1\n")
    }

    @Test func `a column takes no value of another type`() async throws {
        let fixture = try Fixture()
        let path = fixture.databasePath
        await #expect(throws: SupportError.self) {
            try await sqlite3(path, "INSERT INTO offsets VALUES ('t', 0, 'not a number')")
        }
    }
}
