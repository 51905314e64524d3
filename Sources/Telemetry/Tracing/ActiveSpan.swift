package import Text

/// A span that has begun; it is recorded when it ends, and never if it does not.
///
/// Sendable because one task at a time has it.
package final class ActiveSpan: @unchecked Sendable {
    /// The trace, and this span in it.
    package let context: TraceContext
    let tracer: Tracer
    private let name: String
    private let kind: Span.Kind
    private let parent: Span.Parent?
    private let start: SpanTime
    private var attributes: [SpanAttribute] = []
    private var error: String?

    init(
        _ tracer: Tracer,
        _ name: String,
        _ kind: Span.Kind,
        _ context: TraceContext,
        parent: Span.Parent?,
        start: SpanTime
    ) {
        self.tracer = tracer
        self.name = name
        self.kind = kind
        self.context = context
        self.parent = parent
        self.start = start
    }

    /// Begins a part of this work.
    package func child(
        _ name: String,
        _ kind: Span.Kind,
        at start: SpanTime? = nil
    ) -> ActiveSpan {
        tracer.begin(
            name,
            kind,
            context.with(spanID: tracer.newSpanID()),
            parent: Span.Parent(context.spanID, isRemote: false),
            at: start
        )
    }

    package func set(_ name: String, _ value: String) {
        attributes.append(SpanAttribute(name, value))
    }

    package func set(_ name: String, _ value: Int64) {
        attributes.append(SpanAttribute(name, value))
    }

    /// Notes that the work failed.
    ///
    /// - Parameters:
    ///   - type: One of few words, for the attribute `error.type`.
    ///   - text: The description for people.
    package func fail(_ type: String, _ text: String) {
        set("error.type", type)
        error = text
    }

    /// Records the span.
    ///
    /// - Parameter end: The time of the end; `nil` for now.
    package func end(at end: SpanTime? = nil) {
        tracer.record(
            Span(
                name: name,
                kind: kind,
                context: context,
                parent: parent,
                start: start,
                // A clock that is set back makes no negative duration.
                end: max(start, end ?? tracer.now()),
                attributes: attributes,
                error: error,
                service: tracer.service
            )
        )
    }
}
