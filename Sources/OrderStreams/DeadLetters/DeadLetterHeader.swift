package import Kafka

/// The Kafka headers of dead letters: the names of KIP-1191, and names of our own.
package enum DeadLetterHeader {
    static let topic = "__dlq.errors.topic"
    static let partition = "__dlq.errors.partition"
    static let offset = "__dlq.errors.offset"
    static let group = "__dlq.errors.group"
    static let deliveryCount = "__dlq.errors.delivery.count"
    static let message = "__dlq.errors.message"
    /// The kind of the error (our own name).
    static let errorClass = "__dlq.errors.class"
    /// The `content-type` of the original, because the letter has its own (our own name).
    static let contentType = "__dlq.original.content-type"

    /// The ID of the dead letter from which a record was redriven.
    static let redrivenFrom = "__dlq.redriven.from"
    /// The number of times that a record was redriven.
    static let redriveCount = "__dlq.redriven.count"

    private static let errorPrefix = "__dlq.errors."

    /// Returns whether a header describes a failure and not the record.
    static func isAboutError(_ name: String) -> Bool { name.hasPrefix(errorPrefix) }

    /// Returns the number of times that a record was redriven.
    package static func redriveCount(_ headers: [KafkaHeader]) -> Int {
        text(redriveCount, in: headers).flatMap { Int($0) }.map { min(max(0, $0), 1_000_000) } ?? 0
    }

    static func text(_ name: String, in headers: [KafkaHeader]) -> String? {
        bytes(name, in: headers).map { String(decoding: $0, as: UTF8.self) }
    }

    static func bytes(_ name: String, in headers: [KafkaHeader]) -> [UInt8]? {
        headers.first { $0.name == name }?.value
    }
}

extension KafkaHeader {
    init(_ name: String, _ value: String) {
        self.init(name: name, value: Array(value.utf8))
    }
}
