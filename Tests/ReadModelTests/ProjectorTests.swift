import Orders
import ReadModelTestSupport
import TestSupport
import Testing

@testable import ReadModel

struct ProjectorTests {
    private let id = orderID(3)
    private let orders = StreamPosition(topic: EventLog.orderEvents, partition: 0)
    private var log = EventLog()

    // MARK: Applying

    @Test mutating func `an order is there before it is written`() async throws {
        let fixture = try Fixture<MemoryPlace>()
        log.append(created(id))
        try fixture.projector.apply(log.records)
        #expect(try await fixture.status(id) == "pending")
        #expect(try fixture.store.count() == 0)
        #expect(try fixture.store.offsets().isEmpty)
    }

    @Test mutating func `orders are written together with the offsets`() throws {
        let fixture = try Fixture<MemoryPlace>()
        log.append(created(id))
        log.append(reserved(id))
        try fixture.projector.apply(log.records)
        try fixture.projector.commit()
        #expect(try fixture.stored(id)?.status == .confirmed)
        #expect(try fixture.store.offsets() == log.end)
        #expect(fixture.projector.offsets == log.end)
        try fixture.reopen()
        #expect(try fixture.stored(id)?.status == .confirmed)
        #expect(fixture.projector.offsets == log.end)
    }

    @Test mutating func `a reservation waits for its order, even through a restart`() async throws {
        let fixture = try Fixture<MemoryPlace>()
        log.append(reserved(id))
        try fixture.projector.apply(log.records)
        #expect(try await fixture.status(id) == nil)
        try fixture.projector.commit()
        try fixture.reopen()
        #expect(try await fixture.status(id) == nil)
        #expect(try fixture.store.count() == 0)
        log.append(created(id))
        try fixture.resume(log.records)
        #expect(try await fixture.status(id) == "confirmed")
    }

    @Test mutating func `events of one batch build on each other`() throws {
        let fixture = try Fixture<MemoryPlace>()
        log.append(created(id))
        log.append(reserved(id))
        log.append(cancelled(id))
        try fixture.projector.apply(log.records)
        #expect(fixture.hotView.order(id)?.order.status == .cancelled)
        #expect(fixture.projector.statistics.applied == 3)
    }

    @Test mutating func `a record below the expected offset is passed over`() throws {
        let fixture = try Fixture<MemoryPlace>()
        log.append(created(id, customerID: "first"))
        log.append(cancelled(id))
        try fixture.projector.apply(log.records)
        let state = fixture.hotView.order(id)?.order

        var other = EventLog()
        let again = other.append(created(orderID(6)))
        try fixture.projector.apply([again] + log.records)
        #expect(fixture.hotView.order(id)?.order == state)
        #expect(fixture.hotView.find(orderID(6)) == nil)
        #expect(fixture.projector.statistics.skipped == 3)
        #expect(fixture.projector.statistics.applied == 2)
        #expect(fixture.projector.offsets == log.end)
    }

    @Test mutating func `a record that comes twice in one batch is applied once`() throws {
        let fixture = try Fixture<MemoryPlace>()
        let record = log.append(created(id))
        try fixture.projector.apply([record, record])
        #expect(fixture.projector.statistics.applied == 1)
        #expect(fixture.projector.statistics.skipped == 1)
    }

    @Test mutating func `offsets may have gaps`() throws {
        let fixture = try Fixture<MemoryPlace>()
        let record = log.append(created(id))
        try fixture.projector.apply([record.republished(at: 1_000)])
        #expect(fixture.projector.offsets == [orders: 1_001])
        #expect(fixture.hotView.find(id) != nil)
    }

    @Test mutating func `an event that is published twice changes nothing`() throws {
        let fixture = try Fixture<MemoryPlace>()
        let record = log.append(created(id, customerID: "first"))
        log.append(reserved(id))
        try fixture.projector.apply(log.records)
        try fixture.projector.commit()
        let state = try #require(try fixture.stored(id))
        let view = fixture.hotView.view(of: id)

        log.append(created(id, customerID: "second"))
        try fixture.projector.apply([
            record.republished(at: 1), record.republished(at: 2),
            log.records[2].republished(at: 3),
        ])
        try fixture.projector.commit()
        #expect(try fixture.stored(id) == state)
        #expect(fixture.hotView.view(of: id) == view)
        // The offsets advance all the same.
        #expect(try fixture.store.offsets()[orders] == 4)
    }

    // MARK: The event trail

    @Test mutating func `an order's trail has its events with their places, through a restart`()
        async throws
    {
        let fixture = try Fixture<MemoryPlace>()
        // The answer is read first.
        log.append(reserved(id), at: 2_000)
        log.append(created(id), at: 1_000)
        log.append(created(id), at: 3_000)
        try fixture.projector.apply(log.records)
        let history = try #require(try await fixture.readModel.history(of: id))
        let events = try JSONValue(parsing: history.json)["events"].elements
        #expect(events.map { $0["event_type"].string } == ["OrderCreated", "InventoryReserved"])
        #expect(events.map { $0["topic"].string } == ["order-events", "inventory-events"])
        #expect(events.map { $0["offset"].integer } == [0, 0])
        #expect(
            events.map { $0["correlation_id"].string } == ["correlation 2", "correlation 1"]
        )
        try fixture.projector.commit()
        try fixture.reopen()
        #expect(try await fixture.readModel.history(of: id) == history)
        // And when an event comes after that.
        log.append(cancelled(id), at: 4_000)
        try fixture.resume(log.records)
        let later = try #require(try await fixture.readModel.history(of: id))
        #expect(try JSONValue(parsing: later.json)["events"].elements.count == 3)
        #expect(later.etag != history.etag)
    }

    @Test mutating func `an order whose creation is not known has no history`() async throws {
        let fixture = try Fixture<MemoryPlace>()
        log.append(reserved(id))
        try fixture.projector.apply(log.records)
        #expect(try await fixture.readModel.history(of: id) == nil)
        #expect(try await fixture.readModel.history(of: orderID(77)) == nil)
    }

    // MARK: Records that are no events

    @Test mutating func `poison is counted and passed over while the rest is applied`() throws {
        let fixture = try Fixture<MemoryPlace>()
        let poison = Array("{not JSON".utf8)
        let shapeless = Array(#"{"event_type":"OrderCreated","event_version":"1.0"}"#.utf8)
        let future = Array(#"{"event_type":"OrderCreated","event_version":"9.0"}"#.utf8)
        log.append(created(id))
        log.append(value: poison)
        log.append(value: nil)
        log.append(value: shapeless)
        log.append(value: future)
        log.append(cancelled(id))
        try fixture.projector.apply(log.records)

        #expect(fixture.hotView.order(id)?.order.status == .cancelled)
        #expect(fixture.projector.offsets == [orders: 6])
        #expect(fixture.projector.statistics.rejected == 4)
        try fixture.projector.commit()
        try fixture.reopen()
        #expect(fixture.projector.offsets == [orders: 6])
    }

    @Test mutating func `offsets of poison alone are written`() throws {
        let fixture = try Fixture<MemoryPlace>()
        log.append(value: nil)
        try fixture.projector.apply(log.records)
        try fixture.projector.commit()
        #expect(try fixture.store.offsets() == [orders: 1])
    }

    @Test mutating func `an event of an unknown type is counted and passed over`() throws {
        let fixture = try Fixture<MemoryPlace>()
        log.append(value: Array(#"{"event_type":"OrderPraised","event_version":"3"}"#.utf8))
        try fixture.projector.apply(log.records)
        #expect(fixture.projector.statistics.unknownTypes == 1)
        #expect(fixture.projector.statistics.applied == 0)
        #expect(fixture.projector.offsets == [orders: 1])
    }

    // MARK: Trouble with the store

    @Test mutating func `nothing is applied when the store cannot be read`() throws {
        let fixture = try Fixture<MemoryPlace>(hotBytes: 0)
        log.append(created(id))
        try fixture.projector.apply(log.records)
        try fixture.projector.commit()
        let statistics = fixture.projector.statistics
        let offsets = fixture.projector.offsets
        let next = [
            log.append(value: nil), log.append(reserved(orderID(6))), log.append(reserved(id)),
        ]
        try fixture.store.close()
        #expect(throws: StoreError.self) { try fixture.projector.apply(next) }
        #expect(fixture.projector.statistics == statistics)
        #expect(fixture.projector.offsets == offsets)
        #expect(fixture.hotView.count == 0)
    }

    @Test mutating func `a full disk loses nothing`() async throws {
        let fixture = try Fixture<MemoryPlace>()
        let numbers = 0..<400
        try fixture.setFull(true)
        for number in numbers { log.append(created(orderID(number))) }
        try fixture.projector.apply(log.records)
        for _ in 0..<2 {
            let error = try #require(throws: StoreError.self) { try fixture.projector.commit() }
            #expect(error.isTransient)
        }
        #expect(try fixture.store.count() == 0)
        #expect(try fixture.store.offsets().isEmpty)
        for number in numbers { #expect(try await fixture.status(orderID(number)) == "pending") }

        for number in numbers { log.append(reserved(orderID(number))) }
        try fixture.resume(log.records)
        try fixture.setFull(false)
        try fixture.projector.commit()
        try fixture.reopen()
        #expect(fixture.projector.offsets == log.end)
        for number in numbers { #expect(try await fixture.status(orderID(number)) == "confirmed") }
    }
}
