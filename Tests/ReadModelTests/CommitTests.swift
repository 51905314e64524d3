import Orders
import ReadModelTestSupport
import TestSupport
import Testing

@testable import ReadModel

/// When the projector writes.
struct CommitTests {
    private var log = EventLog()

    private func limits(orders: Int = .max, events: Int = .max) -> ProjectorLimits {
        var limits = ProjectorLimits()
        limits.orders = orders
        limits.events = events
        limits.interval = .seconds(3_600)
        return limits
    }

    @Test mutating func `enough changed orders are written`() throws {
        let fixture = try Fixture<MemoryPlace>(limits: limits(orders: 3))
        for number in 0..<2 { log.append(created(orderID(number))) }
        // A second change of the same order is not one more order.
        log.append(reserved(orderID(0)))
        try fixture.resume(log.records)
        #expect(try !fixture.commitIfDue())
        #expect(try fixture.store.count() == 0)
        log.append(created(orderID(2)))
        try fixture.resume(log.records)
        #expect(try fixture.commitIfDue())
        #expect(try fixture.store.count() == 3)
        // The count begins anew.
        log.append(created(orderID(3)))
        try fixture.resume(log.records)
        #expect(try !fixture.commitIfDue())
    }

    @Test mutating func `enough events are written, even if they change nothing`() throws {
        let fixture = try Fixture<MemoryPlace>(limits: limits(events: 3))
        log.append(created(orderID(3)))
        log.append(created(orderID(3)))
        try fixture.resume(log.records)
        #expect(try !fixture.commitIfDue())
        log.append(value: nil)
        try fixture.resume(log.records)
        #expect(try fixture.commitIfDue())
        #expect(try fixture.store.offsets() == log.end)
    }

    @Test mutating func `what has waited long enough is written`() throws {
        let fixture = try Fixture<MemoryPlace>(limits: limits())
        fixture.clock.advance(by: .seconds(3_600))
        #expect(try !fixture.commitIfDue())
        log.append(created(orderID(1)))
        try fixture.resume(log.records)
        fixture.clock.advance(by: .seconds(3_599))
        #expect(try !fixture.commitIfDue())
        fixture.clock.advance(by: .seconds(1))
        #expect(try fixture.commitIfDue())
        #expect(try fixture.store.count() == 1)
        // Nothing has come since.
        fixture.clock.advance(by: .seconds(3_600))
        #expect(try !fixture.commitIfDue())
    }

    @Test mutating func `the oldest change decides how long it has waited`() throws {
        let fixture = try Fixture<MemoryPlace>(limits: limits())
        log.append(created(orderID(1)))
        try fixture.resume(log.records)
        fixture.clock.advance(by: .seconds(3_599))
        log.append(created(orderID(2)))
        try fixture.resume(log.records)
        #expect(try !fixture.commitIfDue())
        fixture.clock.advance(by: .seconds(1))
        #expect(try fixture.commitIfDue())
    }

    @Test mutating func `records that were all delivered before are no reason to write`() throws {
        let fixture = try Fixture<MemoryPlace>(limits: limits())
        log.append(created(orderID(1)))
        try fixture.resume(log.records)
        try fixture.projector.commit()
        try fixture.projector.apply(log.records)
        fixture.clock.advance(by: .seconds(3_600))
        #expect(try !fixture.commitIfDue())
    }

    @Test mutating func `a commit that fails is tried again`() throws {
        let fixture = try Fixture<MemoryPlace>(limits: limits(orders: 1))
        for number in 0..<400 { log.append(created(orderID(number))) }
        try fixture.resume(log.records)
        try fixture.setFull(true)
        for _ in 0..<2 {
            #expect(throws: StoreError.self) { try fixture.commitIfDue() }
            #expect(fixture.projector.committedOffsets.isEmpty)
        }
        try fixture.setFull(false)
        #expect(try !fixture.projector.beginCommitIfDue())
        #expect(try fixture.store.count() == 400)
        #expect(fixture.projector.committedOffsets == log.end)
    }

    // MARK: While a group is being written

    @Test mutating func `events go on, and make the next group`() throws {
        let fixture = try Fixture<MemoryPlace>(limits: limits(orders: 2))
        for number in 0..<2 { log.append(created(orderID(number))) }
        let first = log.end
        try fixture.store.withoutWrites {
            try fixture.resume(log.records)
            #expect(try fixture.projector.beginCommitIfDue())
            #expect(!fixture.projector.isIdle)
            log.append(reserved(orderID(0)))
            try fixture.resume(log.records)
            #expect(fixture.hotView.order(orderID(0))?.order.status == .confirmed)
            // It is due, but not so full that it has to wait for the store.
            fixture.clock.advance(by: .seconds(3_600))
            #expect(try !fixture.projector.beginCommitIfDue())
            #expect(fixture.projector.committedOffsets.isEmpty)
            // So that the next group stays to be looked at.
            fixture.clock.advance(by: .seconds(-3_600))
        }
        try waitUntil("the first group to be written") {
            let hasBegun = try fixture.projector.beginCommitIfDue()
            #expect(!hasBegun)
            return !fixture.projector.committedOffsets.isEmpty
        }
        #expect(fixture.projector.committedOffsets == first)
        #expect(fixture.projector.storedGroups == 1)
        #expect(try fixture.store.offsets() == first)
        #expect(try fixture.stored(orderID(0))?.status == .pending)
        #expect(!fixture.projector.isIdle)
        try fixture.projector.commit()
        #expect(fixture.projector.isIdle)
        #expect(fixture.projector.storedGroups == 2)
        #expect(try fixture.stored(orderID(0))?.status == .confirmed)
        #expect(try fixture.store.offsets() == log.end)
    }

    @Test mutating func `what has changed again meanwhile is not given up`() throws {
        let fixture = try Fixture<MemoryPlace>(hotBytes: 0, limits: limits(orders: 2))
        for number in 0..<2 { log.append(created(orderID(number))) }
        try fixture.store.withoutWrites {
            try fixture.resume(log.records)
            #expect(try fixture.projector.beginCommitIfDue())
            log.append(reserved(orderID(0)))
            try fixture.resume(log.records)
        }
        try waitUntil("the first group to be written") {
            _ = try fixture.projector.beginCommitIfDue()
            return !fixture.projector.committedOffsets.isEmpty
        }
        #expect(fixture.hotView.order(orderID(0))?.order.status == .confirmed)
        #expect(fixture.hotView.find(orderID(1)) == nil)
        try fixture.projector.commit()
        #expect(fixture.hotView.count == 0)
    }
}
