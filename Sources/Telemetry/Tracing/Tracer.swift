package import Text

/// Begins the spans of a service, and keeps those that have ended until they are exported.
package final class Tracer: Sendable {
    package let service: String
    package let sampler: Sampler
    private let queue: SpanQueue
    private let random: RandomSource
    private let clock: @Sendable () -> SpanTime

    package init(
        service: String,
        sampler: Sampler,
        queue: SpanQueue,
        random: RandomSource = RandomSource(),
        clock: @escaping @Sendable () -> SpanTime = { .now() }
    ) {
        self.service = service
        self.sampler = sampler
        self.queue = queue
        self.random = random
        self.clock = clock
    }

    package func now() -> SpanTime { clock() }

    /// Returns the id for a new span in a trace that is recorded.
    package func newSpanID() -> SpanID { random.spanID(isSampled: true) }

    /// Begins a span.
    ///
    /// - Parameters:
    ///   - context: The trace, which is recorded, and the span in it.
    ///   - start: The time of the beginning; `nil` for now.
    package func begin(
        _ name: String,
        _ kind: Span.Kind,
        _ context: TraceContext,
        parent: Span.Parent?,
        at start: SpanTime? = nil
    ) -> ActiveSpan {
        ActiveSpan(self, name, kind, context, parent: parent, start: start ?? now())
    }

    func record(_ span: Span) { queue.put(span) }
}
