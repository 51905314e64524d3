import Kafka
import Orders
import Testing
import Text

@testable import OrderStreams

/// The trace of an event, from its value and its headers.
struct EventOriginTests {
    private let eventID: EventID
    private let traceID: TraceID
    private let spanID: SpanID
    private let otherTrace = "4bf92f3577b34da6a3ce929d0e0e4736"

    init() throws {
        eventID = try #require(EventID("01a208c4-8057-7a20-a889-a3badb8ec3b9"))
        traceID = try #require(TraceID("0af7651916cd43dd8448eb211c80319c"))
        spanID = try #require(SpanID("b7ad6b7169203331"))
    }

    /// - Parameter hasTrace: Whether the value had ids, or they are derived from the event's.
    private func origin(hasTrace: Bool, _ headers: [String: String]) -> EventOrigin {
        let envelope = EventEnvelope(
            eventID: eventID,
            timestamp: Timestamp(millisecondsSinceEpoch: 0),
            correlationID: "c",
            sourceService: "other",
            traceID: hasTrace ? traceID : TraceID(derivedFrom: eventID),
            spanID: hasTrace ? spanID : SpanID(derivedFrom: eventID),
            version: .v1_0
        )
        return EventOrigin(envelope) { headers[$0].map { Array($0.utf8) } }
    }

    @Test func `the header has the flags, and the span that published the event`() {
        let header = "00-\(traceID)-00f067aa0ba902b7-01"
        let origin = origin(
            hasTrace: true,
            ["traceparent": header, "tracestate": "a=b"]
        )
        #expect(origin.traceID == traceID)
        #expect("\(origin.spanID as SpanID?, default: "-")" == "00f067aa0ba902b7")
        #expect(origin.flags == 1)
        #expect(origin.state == "a=b")
    }

    @Test func `without a header the ids of the value count, and nothing is known of the flags`() {
        let origin = origin(hasTrace: true, [:])
        #expect(origin.traceID == traceID)
        #expect(origin.spanID == spanID)
        #expect(origin.flags == nil)
    }

    @Test func `a value without ids is in the trace of its header`() {
        let origin = origin(
            hasTrace: false,
            ["traceparent": "00-\(otherTrace)-00f067aa0ba902b7-00"]
        )
        #expect("\(origin.traceID)" == otherTrace)
        #expect("\(origin.spanID as SpanID?, default: "-")" == "00f067aa0ba902b7")
        #expect(origin.flags == 0)
    }

    @Test func `a value with another trace than its header keeps its own`() {
        let origin = origin(
            hasTrace: true,
            ["traceparent": "00-\(otherTrace)-00f067aa0ba902b7-01"]
        )
        #expect(origin.traceID == traceID)
        #expect(origin.spanID == spanID)
        #expect(origin.flags == 1)
    }

    @Test(arguments: [[:], ["traceparent": "nonsense"]])
    func `an event without any trace begins one`(_ headers: [String: String]) {
        let origin = origin(hasTrace: false, headers)
        #expect(origin.traceID == TraceID(derivedFrom: eventID))
        #expect(origin.spanID == nil)
        #expect(origin.flags == nil)
    }

    @Test(arguments: [
        (Array(repeating: UInt8(ascii: "a"), count: TraceParent.maximumStateBytes), true),
        (Array(repeating: UInt8(ascii: "a"), count: TraceParent.maximumStateBytes + 1), false),
        ([], false), ([0x61, 0x3D, 0xFF], false), (Array("a=b\n".utf8), false),
    ])
    func `a state that is too large or no text is not passed on`(
        _ state: [UInt8],
        _ isSound: Bool
    ) throws {
        let headers = [
            KafkaHeader("traceparent", "00-\(traceID)-\(spanID)-01"),
            KafkaHeader(name: "tracestate", value: state),
        ]
        let passed = isSound ? String(decoding: state, as: UTF8.self) : nil
        #expect(try #require(EventOrigin(headers: headers)).state == passed)
        let envelope = EventEnvelope(
            eventID: eventID,
            timestamp: Timestamp(millisecondsSinceEpoch: 0),
            correlationID: "c",
            sourceService: "other",
            traceID: traceID,
            spanID: spanID,
            version: .v1_0
        )
        let origin = EventOrigin(envelope) { name in headers.first { $0.name == name }?.value }
        #expect(origin.state == passed)
        #expect(origin.flags == 1)
    }

    @Test func `what follows has the flags of the decision, or of the event`() {
        let header = "00-\(traceID)-00f067aa0ba902b7-03"
        let origin = origin(hasTrace: true, ["traceparent": header])
        #expect(origin.following(spanID: spanID, isSampled: nil).flags == 3)
        #expect(origin.following(spanID: spanID, isSampled: false).flags == 2)
        #expect(origin.following(spanID: spanID, isSampled: true).flags == 3)
        #expect(origin.following(spanID: spanID, isSampled: nil).spanID == spanID)
    }
}
