/// What is to be published.
package struct ProducerMessage: Sendable {
    package let topic: String
    package let key: [UInt8]?
    package let value: [UInt8]?
    package let headers: KafkaHeaders
    /// `nil` when the key decides.
    package let partition: Int32?

    /// - Parameter value: `nil` for a tombstone.
    package init(
        topic: String,
        key: [UInt8]?,
        value: [UInt8]?,
        headers: KafkaHeaders,
        partition: Int32? = nil
    ) {
        self.topic = topic
        self.partition = partition
        self.key = key
        self.value = value
        self.headers = headers
    }

    package init(
        topic: String,
        key: [UInt8]?,
        value: [UInt8]?,
        headers: [KafkaHeader] = [],
        partition: Int32? = nil
    ) {
        self.init(
            topic: topic,
            key: key,
            value: value,
            headers: KafkaHeaders(headers),
            partition: partition
        )
    }
}

extension ProducerMessage {
    /// Of key, value and headers.
    var bytes: Int { (key?.count ?? 0) + (value?.count ?? 0) + headers.size }
}

/// Where a message stands, once all in-sync replicas have it.
package struct Acknowledgement: Equatable, Sendable {
    package let partition: Int32
    package let offset: Int64
}

/// Why a message was not acknowledged.
package enum PublishError: Error, Equatable, Sendable {
    /// It is certainly not in the topic: it may be published again without doubling it.
    case notPublished(reason: KafkaError)
    /// The same, because too much is waiting for the broker.
    case queueFull
    /// The broker is there and does not take it, for want of a right or because of a rule. Not in the
    /// topic, and there is no use in trying before somebody has changed that.
    case refused(reason: KafkaError)
    /// It is larger than `message.max.bytes` here or at the broker. Not in the topic.
    case messageTooLarge
    /// It may be in the topic or not: the answer got lost.
    case unknown(reason: KafkaError)
    /// The producer is closed. Not in the topic.
    case closed
}

extension PublishError {
    /// Whether it is certain that the message is not in the topic.
    package var isOutcomeKnown: Bool {
        if case .unknown = self { false } else { true }
    }

    /// Whether the same message may well be taken at another attempt, without anybody's help.
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
