package import Kafka
package import Orders
package import ReadModel

/// A record that cannot be processed, as it goes to the dead-letter topic.
///
/// Header names follow KIP-1191 (`__dlq.errors.*`).
package enum DeadLetter {
    /// - Parameters:
    ///   - key: The original key, so that dead letters of one order stay together.
    ///   - group: The consumer that gave up on it.
    ///   - attempts: How often it was tried.
    package static func message(
        _ rejected: RejectedRecord,
        key: [UInt8]?,
        group: String,
        attempts: Int,
        at time: Timestamp
    ) -> ProducerMessage {
        var json = JSONWriter(reservingBytes: 256 + (rejected.value?.count ?? 0))
        json.beginObject()
        json.key("original_event")
        let isJSON = appendOriginal(rejected.value, to: &json)
        if !isJSON {
            json.key("original_encoding")
            json.string("base64")
        }
        json.key("error")
        json.string("\(rejected.error)")
        json.key("timestamp")
        json.timestamp(time)
        json.endObject()

        func header(_ name: String, _ value: String) -> KafkaHeader {
            KafkaHeader(name: name, value: Array(value.utf8))
        }
        return ProducerMessage(
            topic: EventTopics.deadLetters,
            key: key,
            value: json.bytes,
            headers: [
                header("content-type", "application/json"),
                header("__dlq.errors.topic", rejected.topic),
                header("__dlq.errors.partition", "\(rejected.partition)"),
                header("__dlq.errors.offset", "\(rejected.offset)"),
                header("__dlq.errors.consumer.group", group),
                header("__dlq.errors.attempts", "\(attempts)"),
                header("__dlq.errors.class", "EventError"),
                header("__dlq.errors.message", "\(rejected.error)"),
            ]
        )
    }

    /// Writes the original: JSON as it is, other bytes in base64, a missing value as null.
    ///
    /// - Returns: Whether what was written needs no decoding.
    private static func appendOriginal(_ value: [UInt8]?, to json: inout JSONWriter) -> Bool {
        guard let value else {
            json.null()
            return true
        }
        if JSONReader.isValid(value) {
            json.raw(value)
            return true
        }
        json.string(Base64.encode(value))
        return false
    }
}
