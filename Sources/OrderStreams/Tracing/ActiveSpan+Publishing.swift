package import Kafka
package import Telemetry

extension ActiveSpan {
    /// Records the span of a message with the broker's answer.
    package func end(_ outcome: Result<Acknowledgement, PublishError>) {
        switch outcome {
        case .success(let place): setPlace(partition: place.partition, offset: place.offset)
        case .failure(let error): fail(error.kind, "\(error)")
        }
        end()
    }
}

extension PublishError {
    /// One of few words.
    fileprivate var kind: String {
        switch self {
        case .notPublished: "not_published"
        case .queueFull: "queue_full"
        case .closed: "closed"
        case .refused: "refused"
        case .messageTooLarge: "message_too_large"
        case .unknown: "outcome_unknown"
        }
    }
}
