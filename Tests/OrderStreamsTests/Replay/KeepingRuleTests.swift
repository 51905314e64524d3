import Orders
import Testing

@testable import OrderStreams
import Text

/// What counts when retention has removed events.
struct KeepingRuleTests {
    private let id = EventFlowFixture.orderID(1)

    private func order(
        created milliseconds: Int64?,
        reserved: Bool
    ) throws -> Order {
        var order = Order(id: id)
        if let milliseconds {
            order.creation = Order.Creation(
                customerID: "c-1",
                items: [],
                totalAmount: .zero,
                currency: .usd,
                at: Timestamp(millisecondsSinceEpoch: milliseconds),
                correlationID: "c",
                traceID: try #require(TraceID(high: 1, low: 1))
            )
        }
        if reserved { order.reservation = .reserved(at: Timestamp(millisecondsSinceEpoch: 5)) }
        return order
    }

    private func rule(_ horizon: Int64?, discards: Bool = false) -> KeepingRule {
        KeepingRule(
            horizon: horizon.map { Timestamp(millisecondsSinceEpoch: $0) },
            discardsMissing: discards
        )
    }

    @Test func `topics that are whole are believed`() throws {
        let stored = try order(created: 1_000, reserved: true)
        let rebuilt = try order(created: 1_000, reserved: false)
        #expect(rule(nil).order(stored: stored, rebuilt: rebuilt) == rebuilt)
        #expect(rule(nil).order(stored: nil, rebuilt: rebuilt) == rebuilt)
        #expect(rule(nil).order(stored: stored, rebuilt: nil) == stored)
    }

    @Test func `an order older than what is left keeps its facts`() throws {
        let stored = try order(created: 1_000, reserved: true)
        let rebuilt = try order(created: 1_000, reserved: false)
        #expect(rule(500_000).order(stored: stored, rebuilt: rebuilt) == stored)
        let half = try order(created: nil, reserved: true)
        let other = try order(created: 1_000, reserved: false)
        #expect(rule(500_000).order(stored: other, rebuilt: half) == stored)
        #expect(rule(500_000, discards: true).order(stored: stored, rebuilt: half) == half)
        #expect(rule(500_000, discards: true).order(stored: stored, rebuilt: nil) == nil)
    }

    /// Compaction leaves but the last event of an order, and no trace of where others were.
    @Test func `an order whose creation is gone keeps its facts, whatever the topics seem to have`()
        throws
    {
        let stored = try order(created: 1_000, reserved: false)
        let rebuilt = try order(created: nil, reserved: true)
        let whole = try order(created: 1_000, reserved: true)
        #expect(rule(nil).order(stored: stored, rebuilt: rebuilt) == whole)
        #expect(rule(nil, discards: true).order(stored: stored, rebuilt: rebuilt) == rebuilt)
        let both = try order(created: nil, reserved: false)
        #expect(rule(nil).order(stored: both, rebuilt: rebuilt) == rebuilt)
    }

    @Test func `an order that is kept is kept with its trail`() throws {
        func entry(_ offset: Int64) -> EventTrail.Entry {
            EventTrail.Entry(
                eventID: EventID(high: 1, low: UInt64(offset)),
                place: RecordPlace(topic: "order-events", partition: 0, offset: offset),
                sourceService: "test",
                correlation: Correlation("c"),
                version: .v1_0
            )
        }
        var stored = try order(created: 1_000, reserved: false)
        stored.trail.creation = entry(1)
        var rebuilt = try order(created: nil, reserved: true)
        rebuilt.trail.reservation = entry(2)
        var whole = try order(created: 1_000, reserved: true)
        whole.trail.creation = entry(1)
        whole.trail.reservation = entry(2)
        #expect(rule(nil).order(stored: stored, rebuilt: rebuilt) == whole)
        #expect(rule(500_000).order(stored: whole, rebuilt: rebuilt) == whole)
        // A read model of an earlier version gets the events that the topics still have.
        var bare = whole
        bare.trail = EventTrail()
        #expect(rule(500_000).order(stored: bare, rebuilt: rebuilt)?.trail.reservation == entry(2))
        #expect(rule(nil).order(stored: bare, rebuilt: whole) == whole)
    }

    @Test func `an order younger than what is left is as the topics tell`() throws {
        let stored = try order(created: 1_000_000, reserved: true)
        let rebuilt = try order(created: 1_000_000, reserved: false)
        #expect(rule(500_000).order(stored: stored, rebuilt: rebuilt) == rebuilt)
        // Clocks differ: an order from about then may have lost events.
        #expect(rule(999_000).order(stored: stored, rebuilt: rebuilt) == stored)
    }
}
