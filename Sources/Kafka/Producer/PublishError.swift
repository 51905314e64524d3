/// The place of a message that all in-sync replicas have.
package struct Acknowledgement: Equatable, Sendable {
    package let partition: Int32
    package let offset: Int64
}

/// Resumes once with the outcome of a message.
package typealias DeliveryWaiter = UnsafeContinuation<Result<Acknowledgement, PublishError>, Never>

/// The reason why a message was not acknowledged.
package enum PublishError: Error, Equatable, Sendable {
    /// The message is certainly not in the topic, and a retry cannot duplicate it.
    case notPublished(reason: KafkaError)
    /// The message is not in the topic, because too many messages wait for the broker.
    case queueFull
    /// The broker refuses the message because of a missing right or a rule.
    ///
    /// The message is not in the topic, and a retry is useless until a person has changed that.
    case refused(reason: KafkaError)
    /// The message is larger than `message.max.bytes` here or at the broker.
    ///
    /// It is not in the topic.
    case messageTooLarge
    /// The answer was lost, and the message may or may not be in the topic.
    case unknown(reason: KafkaError)
    /// The producer is closed, and the message is not in the topic.
    case closed
}

extension PublishError {
    /// Whether it is certain that the message is not in the topic.
    package var isOutcomeKnown: Bool {
        if case .unknown = self { false } else { true }
    }

    /// Whether a retry of the same message may succeed without a change by a person.
    package var isRetriable: Bool {
        switch self {
        case .notPublished(let reason), .unknown(let reason): reason.isRetriable
        case .queueFull: true
        case .refused, .messageTooLarge, .closed: false
        }
    }
}

extension PublishError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .notPublished(let reason): "not published: \(reason)"
        case .refused(let reason): "not published, refused: \(reason)"
        case .queueFull: "not published: the producer's queue is full"
        case .messageTooLarge: "not published: the message is too large"
        case .unknown(let reason): "outcome unknown: \(reason)"
        case .closed: "not published: the producer is closed"
        }
    }
}
