import TestSupport
import Testing

@testable import Orders
import Text

struct OrderFoldingTests {
    private let created: Event
    private let cancelled: Event
    private let reserved: Event
    private let failed: Event

    init() throws {
        func time(_ seconds: Int64) -> Timestamp {
            let milliseconds = Samples.time.millisecondsSinceEpoch + seconds * 1000
            return Timestamp(millisecondsSinceEpoch: milliseconds)
        }
        created = try Samples.event(.orderCreated, at: time(0))
        reserved = try Samples.event(.inventoryReserved, at: time(1))
        failed = try Samples.event(.inventoryReservationFailed, at: time(2))
        cancelled = try Samples.event(.orderCancelled, at: time(3))
    }

    @Test func `a created order is pending`() throws {
        let order = try fold([created])
        #expect(order.id == Samples.orderID)
        #expect(order.status == .pending)
        #expect(order.reason == nil)
        #expect(order.updatedAt == created.envelope.timestamp)
        let creation = try #require(order.creation)
        #expect(creation.customerID == "c1")
        #expect(creation.items == (try Samples.items()))
        #expect(creation.totalAmount == (try Samples.money("20.105")))
        #expect(creation.at == created.envelope.timestamp)
        #expect(creation.correlationID == "corr-1")
        #expect(creation.traceID == created.envelope.traceID)
    }

    @Test func `a reserved order is confirmed`() throws {
        let order = try fold([created, reserved])
        #expect(order.status == .confirmed)
        #expect(order.reason == nil)
        #expect(order.updatedAt == reserved.envelope.timestamp)
    }

    @Test func `a reservation that failed is shown while the order is pending`() throws {
        let order = try fold([created, failed])
        #expect(order.status == .pending)
        #expect(order.reason == "insufficient_stock")
        #expect(order.updatedAt == failed.envelope.timestamp)
    }

    @Test func `a cancelled order has the cancellation's reason`() throws {
        let cancelled = Event(
            envelope: cancelled.envelope,
            payload: .orderCancelled(
                OrderCancelled(orderID: Samples.orderID, reason: "late", causedBy: Samples.causeID)
            )
        )
        let order = try fold([created, failed, cancelled])
        #expect(order.status == .cancelled)
        #expect(order.reason == "late")
        #expect(order.cancellation?.causedBy == Samples.causeID)
        #expect(order.updatedAt == cancelled.envelope.timestamp)
    }

    @Test func `cancelled wins over reserved, whichever comes first`() throws {
        #expect(try fold([created, reserved, cancelled]).status == .cancelled)
        #expect(
            try fold([created, reserved, cancelled]) == (try fold([created, cancelled, reserved]))
        )
        #expect(
            try fold([reserved, created, cancelled]) == (try fold([created, cancelled, reserved]))
        )
    }

    @Test func `an order may be reserved before its creation is seen`() throws {
        let early = try fold([reserved])
        #expect(early.creation == nil)
        #expect(early.status == .confirmed)
        #expect(OrderView(early) == nil)
        #expect(Order.folding(early, created) == (try fold([created, reserved])))
    }

    @Test func `the earliest answer of the inventory counts, whichever is seen first`() throws {
        #expect(try fold([created, reserved, failed]) == (try fold([created, reserved])))
        #expect(try fold([created, failed, reserved]) == (try fold([created, reserved])))
        let before = try Samples.event(.inventoryReservationFailed, at: Samples.time)
        #expect(try fold([created, before, reserved]) == (try fold([created, before])))
        #expect(try fold([created, reserved, before]) == (try fold([created, before])))
    }

    @Test func `the first creation counts, whatever its time`() throws {
        let earlier = Timestamp(millisecondsSinceEpoch: Samples.time.millisecondsSinceEpoch - 1)
        let other = try Samples.event(.orderCreated, at: earlier)
        #expect(try fold([created, other]) == (try fold([created])))
        #expect(try fold([other, created]) == (try fold([other])))
        #expect(try fold([created]) != (try fold([other])))
    }

    @Test func `the latest fact's time is the order's, whichever comes last`() throws {
        #expect(try fold([cancelled, created]).updatedAt == cancelled.envelope.timestamp)
        #expect(try fold([cancelled, reserved, created]).updatedAt == cancelled.envelope.timestamp)
        let late = Timestamp(millisecondsSinceEpoch: Samples.time.millisecondsSinceEpoch + 9000)
        let lateReserved = try Samples.event(.inventoryReserved, at: late)
        #expect(try fold([created, lateReserved, cancelled]).updatedAt == late)
        let lateCreated = try Samples.event(.orderCreated, at: late)
        #expect(try fold([lateCreated, reserved, cancelled]).updatedAt == late)
        #expect(Order(id: Samples.orderID).updatedAt == nil)
    }

    @Test func `an event seen again changes nothing`() throws {
        try withSeededGenerator { generator in
            for _ in 0..<300 {
                let (orders, inventory) = try history(using: &generator)
                var order: Order?
                for event in orders + inventory {
                    let next = Order.folding(order, event)
                    #expect(Order.folding(next, event) == next)
                    order = next
                }
                for event in orders + inventory {
                    let again = order.map { Order.folding($0, event) }
                    #expect(again == order)
                }
            }
        }
    }

    @Test func `every interleaving of the topics ends in the same order and view`() throws {
        try withSeededGenerator { generator in
            for _ in 0..<60 {
                let (orders, inventory) = try history(using: &generator)
                let expected = try fold(orders + inventory)
                let view = OrderView(expected)
                let all = interleavings(orders[...], inventory[...])
                let differing = try all.count { events in
                    let order = try fold(events)
                    return order != expected || OrderView(order) != view
                }
                #expect(differing == 0, "of \(all.count) interleavings")
            }
        }
    }

    @Test func `there are as many interleavings as there should be`() {
        #expect(
            interleavings(
                [created, cancelled, created, created],
                [reserved, failed, failed, failed]
            )
            .count == 70
        )
        #expect(
            interleavings([created], [reserved]) == [[created, reserved], [reserved, created]]
        )
        #expect(interleavings([], [reserved]) == [[reserved]])
    }

    private func fold(_ events: [Event]) throws -> Order {
        try #require(events.reduce(nil as Order?) { Order.folding($0, $1) })
    }

    /// Up to eight events of one order on two topics, with deliveries that repeat earlier ones.
    private func history(
        using generator: inout SeededGenerator
    ) throws -> (orders: [Event], inventory: [Event]) {
        let orderID = generator.uuid()
        var orders: [Event] = []
        var inventory: [Event] = []
        for _ in 0..<Int.random(in: 1...8, using: &generator) {
            let type = EventType.allCases[Int.random(in: 0..<4, using: &generator)]
            let isOrders = type == .orderCreated || type == .orderCancelled
            let earlier = isOrders ? orders : inventory
            let event: Event
            if let again = earlier.randomElement(using: &generator), Bool.random(using: &generator)
            {
                event = again
            } else {
                event = Event(
                    envelope: try generator.envelope(),
                    payload: try generator.payload(type, of: orderID)
                )
            }
            if isOrders { orders.append(event) } else { inventory.append(event) }
        }
        return (orders, inventory)
    }

    /// Every merge of two topics that keeps each one's own order.
    private func interleavings(
        _ left: ArraySlice<Event>,
        _ right: ArraySlice<Event>
    ) -> [[Event]] {
        guard let one = left.first else { return [Array(right)] }
        guard let other = right.first else { return [Array(left)] }
        return interleavings(left.dropFirst(), right).map { [one] + $0 }
            + interleavings(left, right.dropFirst()).map { [other] + $0 }
    }
}
