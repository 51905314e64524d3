import Testing
import Text

@testable import Telemetry

extension Span {
    /// A span for tests.
    static func sample(
        _ name: String = "work",
        kind: Kind = .internal,
        parent: Parent? = nil,
        state: String? = nil,
        attributes: [SpanAttribute] = [],
        error: String? = nil,
        service: String = "service"
    ) throws -> Span {
        Span(
            name: name,
            kind: kind,
            context: TraceContext(
                traceID: try #require(TraceID("0af7651916cd43dd8448eb211c80319c")),
                spanID: try #require(SpanID("b7ad6b7169203331")),
                flags: 1,
                state: state
            ),
            parent: parent,
            start: SpanTime(nanosecondsSinceEpoch: 1_800_000_000_123_456_789),
            end: SpanTime(nanosecondsSinceEpoch: 1_800_000_000_987_654_321),
            attributes: attributes,
            error: error,
            service: service
        )
    }
}
