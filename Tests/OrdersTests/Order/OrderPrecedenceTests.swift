import TestSupport
import Testing

@testable import Orders
import Text

/// Several events may state one fact, in several topics: which of them counts must not depend on the
/// order in which the topics are read.
struct OrderPrecedenceTests {
    private func event(
        _ payload: EventPayload,
        after milliseconds: Int64 = 0
    ) throws -> Event {
        let time = Samples.time.millisecondsSinceEpoch + milliseconds
        return Event(
            envelope: try Samples.envelope(at: Timestamp(millisecondsSinceEpoch: time)),
            payload: payload
        )
    }

    private func reserved(after milliseconds: Int64 = 0) throws -> Event {
        try event(
            .inventoryReserved(InventoryReserved(orderID: Samples.orderID)),
            after: milliseconds
        )
    }

    private func failed(_ reason: String, after milliseconds: Int64 = 0) throws -> Event {
        let data = InventoryReservationFailed(
            orderID: Samples.orderID,
            reason: reason,
            productID: nil
        )
        return try event(.inventoryReservationFailed(data), after: milliseconds)
    }

    private func cancelled(
        _ reason: String,
        by cause: EventID = Samples.causeID,
        after milliseconds: Int64 = 0
    ) throws -> Event {
        let data = OrderCancelled(orderID: Samples.orderID, reason: reason, causedBy: cause)
        return try event(.orderCancelled(data), after: milliseconds)
    }

    private func fold(_ events: some Sequence<Event>) -> Order {
        events.reduce(Order(id: Samples.orderID)) { Order.folding($0, $1) }
    }

    /// An order and the bytes of its view: texts that compare as equal may have other bytes.
    private struct Outcome: Equatable {
        let order: Order
        let view: OrderView?

        init(_ order: Order) {
            self.order = order
            view = OrderView(order)
        }
    }

    // MARK: Which one counts

    @Test func `updated_at is the same, whichever of two reservations is read first`() throws {
        let created = try Samples.event(.orderCreated)
        let (one, other) = (try reserved(after: 1000), try reserved(after: 2000))
        let order = fold([created, one, other])
        #expect(order.updatedAt == one.envelope.timestamp)
        #expect(Outcome(fold([other, created, one])) == Outcome(order))
    }

    @Test func `the earlier of two cancellations counts`() throws {
        let (one, other) = (try cancelled("b", after: 1), try cancelled("a", after: 2))
        for events in [[one, other], [other, one]] {
            #expect(fold(events).cancellation?.reason == "b")
            #expect(fold(events).updatedAt == one.envelope.timestamp)
        }
    }

    @Test func `at one time a failure counts before a reservation`() throws {
        let (one, other) = (try failed("closed"), try reserved())
        for events in [[one, other], [other, one]] {
            #expect(fold(events).reservation == .failed(at: Samples.time, reason: "closed"))
        }
    }

    @Test(arguments: [("a", "b"), ("a", "aa"), ("Z", "a"), ("e\u{301}", "é"), ("z", "é")])
    func `at one time the reason's bytes decide`(_ first: String, _ second: String) throws {
        for reasons in [[first, second], [second, first]] {
            let failures = try reasons.map { try failed($0) }
            #expect(fold(failures).reason.map { Array($0.utf8) } == Array(first.utf8))
            let cancellations = try reasons.map { try cancelled($0) }
            #expect(fold(cancellations).reason.map { Array($0.utf8) } == Array(first.utf8))
        }
    }

    @Test func `at one time the lower cause decides before the reason`() throws {
        let lower = UUID(high: 1, low: 2)
        let (one, other) = (try cancelled("b", by: lower), try cancelled("a"))
        for events in [[one, other], [other, one]] {
            #expect(fold(events).cancellation?.causedBy == lower)
            #expect(fold(events).reason == "b")
        }
    }

    // MARK: Properties

    /// Events of one order whose times, reasons and causes often are the same.
    private func history(using generator: inout SeededGenerator) throws -> [Event] {
        let reasons = ["a", "b", "é", "e\u{301}", "unspecified"]
        let causes = [UUID(high: 0, low: 1), UUID(high: 1, low: 0), Samples.causeID]
        var events = [try Samples.event(.orderCreated)]
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
            let after = Int64.random(in: -1...1, using: &generator)
            let reason = reasons[Int.random(in: reasons.indices, using: &generator)]
            let cause = causes[Int.random(in: causes.indices, using: &generator)]
            switch Int.random(in: 0..<3, using: &generator) {
            case 0: events.append(try reserved(after: after))
            case 1: events.append(try failed(reason, after: after))
            default: events.append(try cancelled(reason, by: cause, after: after))
            }
        }
        return events
    }

    @Test func `every permutation of the events ends in the same order and view`() throws {
        try withSeededGenerator { generator in
            for _ in 0..<100 {
                let events = try history(using: &generator)
                let expected = Outcome(fold(events))
                let all = permutations(events)
                let differing = all.count { Outcome(fold($0)) != expected }
                #expect(differing == 0, "of \(all.count) permutations")
            }
        }
    }

    @Test func `two parts merged are as one, wherever the events are cut`() throws {
        try withSeededGenerator { generator in
            for _ in 0..<300 {
                let events = try history(using: &generator).shuffled(using: &generator)
                let expected = Outcome(fold(events))
                for cut in 0...events.count {
                    let (first, second) = (fold(events[..<cut]), fold(events[cut...]))
                    #expect(Outcome(first.merging(second)) == expected)
                    #expect(Outcome(second.merging(first)) == expected)
                    #expect(Outcome(fold(events).merging(first)) == expected)
                }
            }
        }
    }

    @Test func `of two creations, merging keeps the one that was seen first`() throws {
        let first = fold([try Samples.event(.orderCreated, at: Samples.time)])
        let before = Timestamp(millisecondsSinceEpoch: Samples.time.millisecondsSinceEpoch - 1)
        let second = fold([try Samples.event(.orderCreated, at: before)])
        #expect(first.merging(second) == first)
        #expect(second.merging(first) == second)
    }

    @Test func `an event says something new exactly when the order becomes another one`() throws {
        try withSeededGenerator { generator in
            for _ in 0..<300 {
                var order = Order(id: Samples.orderID)
                let events = try history(using: &generator)
                for event in (events + events).shuffled(using: &generator) {
                    let before = Bytes(order)
                    let isNew = order.fold(event)
                    #expect(isNew == (Bytes(order) != before))
                }
            }
        }
    }

    /// What is stored of an order's facts, its texts byte by byte.
    private struct Bytes: Equatable {
        let order: Order
        let reasons: [[UInt8]?]

        init(_ order: Order) {
            self.order = order
            let failure: String? =
                if case .failed(_, let reason) = order.reservation { reason } else { nil }
            reasons = [failure, order.cancellation?.reason].map { $0.map { Array($0.utf8) } }
        }
    }

    @Test func `there are as many permutations as there should be`() {
        #expect(permutations([1, 2, 3]).count == 6)
        #expect(Set(permutations([1, 2, 3, 4])).count == 24)
        #expect(permutations([Int]()) == [[]])
    }

    private func permutations<Value>(_ values: [Value]) -> [[Value]] {
        guard let last = values.last else { return [[]] }
        return permutations(values.dropLast()).flatMap { rest in
            (0...rest.count).map { place in
                var permutation = rest
                permutation.insert(last, at: place)
                return permutation
            }
        }
    }
}
