internal import Telemetry
internal import Text

/// The spans of a piece of the saga's work, if its trace is recorded.
struct SagaTrace: Sendable {
    /// The processing of the record that calls for the work.
    let processing: ActiveSpan
    /// The span that the message names; `nil` if it names none of ours.
    let messageSpan: SpanID?

    /// Begins the publishing of the message.
    func sending(to topic: String) -> ActiveSpan {
        processing.sending(to: topic, id: messageSpan)
    }
}
