package import Text

/// A piece of work in a trace that has ended.
package struct Span: Equatable, Sendable {
    /// The part that the work has in a call or in a message; the numbers are OTLP's.
    package enum Kind: Int64, Sendable {
        case `internal` = 1
        case server = 2
        case producer = 4
        case consumer = 5
    }

    /// The span that this one is a part of.
    package struct Parent: Equatable, Sendable {
        package let id: SpanID
        /// Whether its context came in a request or in a message.
        package let isRemote: Bool

        package init(_ id: SpanID, isRemote: Bool) {
            self.id = id
            self.isRemote = isRemote
        }
    }

    package let name: String
    package let kind: Kind
    /// The trace, and this span in it.
    package let context: TraceContext
    /// `nil` if the span is the first of its trace.
    package let parent: Parent?
    package let start: SpanTime
    package let end: SpanTime
    package let attributes: [SpanAttribute]
    /// What went wrong; `nil` if nothing did.
    package let error: String?
    /// The service that did the work; one process may run two.
    package let service: String
}
