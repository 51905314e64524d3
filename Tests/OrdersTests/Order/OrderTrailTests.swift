import TestSupport
import Testing
import Text

@testable import Orders

/// Which events are in an order's trail, and what is read of it.
struct OrderTrailTests {
    private func event(_ type: EventType, _ number: UInt64, at milliseconds: Int64) throws -> Event
    {
        try Samples.event(
            type,
            eventID: EventID(high: 5, low: number),
            at: Timestamp(millisecondsSinceEpoch: milliseconds)
        )
    }

    private func place(_ offset: Int64, _ topic: String = "order-events") -> RecordPlace {
        RecordPlace(topic: topic, partition: 1, offset: offset)
    }

    private func folded(_ events: [(Event, RecordPlace)]) -> Order {
        var order = Order(id: Samples.orderID)
        for (event, place) in events { _ = order.fold(event, from: place) }
        return order
    }

    private func ids(_ order: Order) -> [UInt64] { order.trailEvents.map(\.entry.eventID.low) }

    @Test func `each event that made the order is in its trail, with its place`() throws {
        let order = folded([
            (try event(.orderCreated, 1, at: 10), place(4)),
            (try event(.inventoryReservationFailed, 2, at: 20), place(7, "inventory-events")),
            (try event(.orderCancelled, 3, at: 30), place(5)),
        ])
        #expect(ids(order) == [1, 2, 3])
        #expect(
            order.trailEvents.map(\.type) == [
                .orderCreated, .inventoryReservationFailed, .orderCancelled,
            ]
        )
        #expect(order.trail.reservation?.place == place(7, "inventory-events"))
        #expect(order.trailEvents.map(\.causation) == [nil, nil, Samples.causeID])
        #expect(order.eventsOmitted == 0)
    }

    @Test func `an event that changed nothing is not in the trail`() throws {
        let first = try event(.orderCreated, 1, at: 10)
        let reserved = try event(.inventoryReserved, 2, at: 20)
        var order = folded([(first, place(1)), (reserved, place(2))])
        let before = order
        for (event, offset) in [
            (first, 3), (reserved, 4), (try event(.orderCreated, 5, at: 5), 5),
            (try event(.inventoryReserved, 6, at: 21), 6),
            (try event(.inventoryReservationFailed, 7, at: 21), 7),
        ] {
            let hasChanged = order.fold(event, from: place(Int64(offset)))
            #expect(!hasChanged)
        }
        #expect(order == before)
    }

    @Test func `an event that is replaced leaves the trail`() throws {
        let order = folded([
            (try event(.orderCreated, 1, at: 10), place(1)),
            (try event(.inventoryReserved, 2, at: 30), place(2)),
            (try event(.inventoryReservationFailed, 3, at: 20), place(3)),
        ])
        #expect(ids(order) == [1, 3])
    }

    @Test func `an event that is read before the creation is in the trail`() throws {
        let early = folded([(try event(.inventoryReserved, 2, at: 20), place(2))])
        #expect(ids(early) == [2])
        #expect(OrderView.history(of: early) == nil)
        var order = early
        let hasChanged = order.fold(try event(.orderCreated, 1, at: 25), from: place(9))
        #expect(hasChanged)
        // The creation comes first, also if the other service's clock is behind.
        #expect(ids(order) == [1, 2])
    }

    @Test func `a cancellation before the answer stands before it`() throws {
        let order = folded([
            (try event(.inventoryReserved, 3, at: 30), place(3)),
            (try event(.orderCancelled, 2, at: 20), place(2)),
            (try event(.orderCreated, 1, at: 10), place(1)),
        ])
        #expect(ids(order) == [1, 2, 3])
    }

    @Test func `of events that state the same, the trail has one, whichever is read first`() throws
    {
        for type in [EventType.inventoryReserved, .inventoryReservationFailed, .orderCancelled] {
            let events = [
                (try event(type, 4, at: 20), place(1)), (try event(type, 3, at: 20), place(9)),
                (try event(type, 3, at: 20), place(8)),
            ]
            let order = folded(events)
            #expect(order == folded(events.reversed()))
            #expect(ids(order) == [3])
            #expect(order.trailEvents[0].entry.place == place(8))
        }
    }

    @Test func `facts without their events are counted as omitted`() throws {
        var order = folded([
            (try event(.orderCreated, 1, at: 10), place(1)),
            (try event(.inventoryReserved, 2, at: 20), place(2)),
        ])
        order.trail = EventTrail()
        #expect(order.eventsOmitted == 2)
        // The same event once more, where it is the event of the fact.
        let hasChanged = order.fold(try event(.inventoryReserved, 2, at: 20), from: place(7))
        #expect(hasChanged)
        #expect(order.eventsOmitted == 1)
    }

    /// Creations have one partition, because they have one key; all others may be in two topics.
    @Test func `every interleaving of the topics ends in the same trail`() throws {
        try withSeededGenerator { generator in
            for _ in 0..<200 {
                var topics: [[(Event, RecordPlace)]] = [[], []]
                for _ in 0..<12 {
                    let type = EventType.allCases[Int.random(in: 0..<4, using: &generator)]
                    let topic =
                        type == .orderCreated ? 0 : Int.random(in: 0...1, using: &generator)
                    // Few ids and times, so that much is the same.
                    let event = try event(
                        type,
                        UInt64.random(in: 1...4, using: &generator),
                        at: Int64.random(in: 1...2, using: &generator)
                    )
                    topics[topic].append((event, place(Int64(topics[topic].count), "t\(topic)")))
                }
                let expected = folded(topics[0] + topics[1])
                for _ in 0..<20 {
                    var rest = topics.map { $0[...] }
                    var merged: [(Event, RecordPlace)] = []
                    while let index = rest.indices.filter({ !rest[$0].isEmpty })
                        .randomElement(using: &generator)
                    {
                        merged.append(rest[index].removeFirst())
                    }
                    #expect(folded(merged) == expected)
                    let split = Int.random(in: 0...merged.count, using: &generator)
                    let (left, right) = (Array(merged[..<split]), Array(merged[split...]))
                    #expect(folded(left).merging(folded(right)) == expected)
                }
            }
        }
    }

    // MARK: Merging

    @Test func `a merged order has the events of the facts that count`() throws {
        let events = [
            (try event(.orderCreated, 1, at: 10), place(1)),
            (try event(.inventoryReserved, 2, at: 30), place(2)),
            (try event(.inventoryReservationFailed, 3, at: 20), place(3)),
            (try event(.orderCancelled, 4, at: 40), place(4)),
            (try event(.orderCancelled, 5, at: 40), place(5)),
        ]
        for split in 0...events.count {
            let (left, right) = (folded(Array(events[..<split])), folded(Array(events[split...])))
            #expect(left.merging(right) == folded(events))
            #expect(right.merging(left) == folded(events))
        }
    }

    @Test func `a merged order takes the events that the first source has not kept`() throws {
        let whole = folded([
            (try event(.orderCreated, 1, at: 10), place(1)),
            (try event(.inventoryReserved, 2, at: 20), place(2)),
            (try event(.orderCancelled, 3, at: 30), place(3)),
        ])
        var bare = whole
        bare.trail = EventTrail()
        #expect(bare.merging(whole) == whole)
        #expect(whole.merging(bare) == whole)
    }

    // MARK: As bytes

    @Test func `bytes that are no trail are refused`() throws {
        let order = folded([
            (try event(.orderCreated, 1, at: 10), place(1)),
            (try event(.inventoryReserved, 2, at: 20), place(2)),
        ])
        let correlation = order.creation?.correlation
        let bytes = [UInt8](most: order.trail.mostBytes) {
            order.trail.write(to: &$0, correlation: correlation)
        }
        #expect(bytes.withUnsafeBytes { EventTrail($0, correlation: correlation) } == order.trail)
        let entry = bytes.count / 2
        for count in 1..<bytes.count where count != entry {
            let part = bytes[..<count]
            #expect(part.withUnsafeBytes { EventTrail($0, correlation: correlation) } == nil)
        }
        // The correlation that is not repeated has to be known.
        #expect(bytes.withUnsafeBytes { EventTrail($0, correlation: nil) } == nil)
        for flags in [0x0B, 0x20, 0xFF] as [UInt8] {
            var wrong = bytes
            wrong[0] = flags
            #expect(wrong.withUnsafeBytes { EventTrail($0, correlation: correlation) } == nil)
        }
    }

    @Test func `any bytes are a trail or refused`() throws {
        try withSeededGenerator { generator in
            let order = folded([(try event(.orderCreated, 1, at: 10), place(1))])
            let bytes = [UInt8](most: order.trail.mostBytes) {
                order.trail.write(to: &$0, correlation: order.creation?.correlation)
            }
            for _ in 0..<2_000 {
                var wrong = bytes
                for _ in 0..<3 {
                    let index = Int.random(in: wrong.indices, using: &generator)
                    wrong[index] = UInt8.random(in: .min ... .max, using: &generator)
                }
                let trail = wrong.withUnsafeBytes { EventTrail($0, correlation: Correlation("c")) }
                #expect(trail == nil || trail?.isEmpty == false)
            }
        }
    }

    // MARK: As JSON

    @Test func `the history has all that is known of each event`() throws {
        let order = folded([
            (try event(.orderCreated, 1, at: 10), place(4)),
            (try event(.orderCancelled, 3, at: 30), place(5)),
        ])
        let view = try #require(OrderView.history(of: order))
        #expect(
            String(decoding: view.json, as: UTF8.self) == """
                {"order_id":"\(Samples.orderID)","events":[\
                {"event_id":"00000000-0000-0005-0000-000000000001","event_type":"OrderCreated",\
                "event_version":"1.0","timestamp":"1970-01-01T00:00:00.010Z",\
                "topic":"order-events","partition":1,"offset":4,"correlation_id":"corr-1",\
                "causation_id":null,"source_service":"order-gateway"},\
                {"event_id":"00000000-0000-0005-0000-000000000003","event_type":"OrderCancelled",\
                "event_version":"1.0","timestamp":"1970-01-01T00:00:00.030Z",\
                "topic":"order-events","partition":1,"offset":5,"correlation_id":"corr-1",\
                "causation_id":"\(Samples.causeID)","source_service":"order-gateway"}],\
                "events_omitted":0}
                """
        )
        #expect(view.etag != OrderView(order)?.etag)
    }

    @Test func `a cancellation that names no cause has none in the history`() throws {
        let cancelled = try event(.orderCancelled, 3, at: 30)
        let causeless = Event(
            envelope: cancelled.envelope,
            payload: .orderCancelled(
                OrderCancelled(
                    orderID: Samples.orderID,
                    reason: "late",
                    causedBy: cancelled.envelope.eventID
                )
            )
        )
        #expect(folded([(causeless, place(1))]).trailEvents.map(\.causation) == [nil])
    }
}
