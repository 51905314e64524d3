package import Kafka

/// The Kafka headers of dead letters: the names of KIP-1191, and two of our own.
package enum DeadLetterHeader {
    static let topic = "__dlq.errors.topic"
    static let partition = "__dlq.errors.partition"
    static let offset = "__dlq.errors.offset"
    static let group = "__dlq.errors.group"
    static let deliveryCount = "__dlq.errors.delivery.count"
    static let message = "__dlq.errors.message"
    /// Ours: what kind of error it was.
    static let errorClass = "__dlq.errors.class"
    /// Ours: the original's `content-type`, since the letter has one of its own.
    static let contentType = "__dlq.original.content-type"

    /// On a record that was redriven: which dead letter it came from.
    static let redrivenFrom = "__dlq.redriven.from"
    /// On a record that was redriven: how often it has been.
    static let redriveCount = "__dlq.redriven.count"

    private static let errorPrefix = "__dlq.errors."

    /// Whether a header says something of a failure, and not of the record.
    static func isAboutError(_ name: String) -> Bool { name.hasPrefix(errorPrefix) }

    /// How often a record has been redriven.
    package static func redriveCount(_ headers: [KafkaHeader]) -> Int {
        text(redriveCount, in: headers).flatMap { Int($0) }.map { min(max(0, $0), 1_000_000) } ?? 0
    }

    static func text(_ name: String, in headers: [KafkaHeader]) -> String? {
        headers.first { $0.name == name }?.value.map { String(decoding: $0, as: UTF8.self) }
    }
}

extension KafkaHeader {
    init(_ name: String, _ value: String) {
        self.init(name: name, value: Array(value.utf8))
    }
}
