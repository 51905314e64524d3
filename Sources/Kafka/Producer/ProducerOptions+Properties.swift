extension ProducerOptions {
    enum Limits {
        /// The size of the largest message that can be sent.
        static let messageBytes = 16 * 1024 * 1024
        /// The size of the largest batch.
        static let batchBytes = 128 * 1024
    }

    /// Returns the properties for librdkafka, which the user's properties override.
    ///
    /// - Parameter isEachAlone: Whether each message is a separate batch.
    func properties(isEachAlone: Bool) -> [KafkaProperty] {
        let linger = Double(linger.components.attoseconds) / 1e15
        return [
            KafkaProperty("enable.idempotence", "true"),
            KafkaProperty("acks", "all"),
            // With several requests in flight, an error of a request that others overtook ends the
            // producer (OUT_OF_ORDER_SEQUENCE_NUMBER). With one request in flight, new messages
            // gather into a larger batch.
            KafkaProperty("max.in.flight.requests.per.connection", "1"),
            KafkaProperty("linger.ms", "\(linger)"),
            // The producers of Java and aiokafka place keys in the same way. All events of an order
            // are therefore in one partition, whichever client publishes them. librdkafka's default
            // is CRC-32.
            KafkaProperty("partitioner", "murmur2_random"),
            KafkaProperty("batch.size", "\(min(Limits.batchBytes, largestBatch))"),
            KafkaProperty("batch.num.messages", isEachAlone ? "1" : "10000"),
            // Python's clients read no lz4, snappy or zstd without extra packages. gzip costs about
            // 15 µs of processor time per message.
            KafkaProperty("compression.type", "none"),
            // The broker decides what a topic accepts: the topic of dead letters accepts larger
            // messages.
            KafkaProperty("message.max.bytes", "\(Limits.messageBytes)"),
            KafkaProperty("queue.buffering.max.kbytes", "\(2 * Outbox.Limits.bytes / 1024)"),
            // Messages never expire: see Outbox.
            KafkaProperty("message.timeout.ms", "0"),
            // The time within which added partitions are used.
            KafkaProperty("topic.metadata.refresh.interval.ms", "5000"),
            // The time after which a request is sent again with the same sequence numbers.
            KafkaProperty("request.timeout.ms", "5000"),
        ]
    }
}

extension ClientConfiguration {
    /// The user's limit for the length of the queue, or the default.
    var mostMessages: Int {
        let said = properties.last { $0.name == "queue.buffering.max.messages" }
        return said.flatMap { Int($0.value) } ?? Outbox.Limits.messages
    }
}
