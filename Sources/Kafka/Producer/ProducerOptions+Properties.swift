extension ProducerOptions {
    enum Limits {
        /// Largest message that is sent at all.
        static let messageBytes = 16 * 1024 * 1024
        /// Largest batch.
        static let batchBytes = 128 * 1024
    }

    /// What librdkafka is told, unless a user says otherwise.
    ///
    /// - Parameter isEachAlone: Whether each message is a batch of its own.
    func properties(isEachAlone: Bool) -> [KafkaProperty] {
        let linger = Double(linger.components.attoseconds) / 1e15
        return [
            KafkaProperty("enable.idempotence", "true"),
            KafkaProperty("acks", "all"),
            // With several, an error of one that the others overtook ends the producer
            // (OUT_OF_ORDER_SEQUENCE_NUMBER); and while one is under way, what comes gathers to a
            // larger batch.
            KafkaProperty("max.in.flight.requests.per.connection", "1"),
            KafkaProperty("linger.ms", "\(linger)"),
            // As Java's and aiokafka's producers place keys, so that the events of an order are in one
            // partition whoever publishes them; librdkafka's own default is CRC-32.
            KafkaProperty("partitioner", "murmur2_random"),
            KafkaProperty("batch.size", "\(min(Limits.batchBytes, largestBatch))"),
            KafkaProperty("batch.num.messages", isEachAlone ? "1" : "10000"),
            // Python's clients read no lz4, snappy or zstd without extras, and gzip costs some 15 µs of
            // processor time a message.
            KafkaProperty("compression.type", "none"),
            // What a topic takes is the broker's to say: the dead letters' takes more than others.
            KafkaProperty("message.max.bytes", "\(Limits.messageBytes)"),
            KafkaProperty("queue.buffering.max.kbytes", "\(2 * Outbox.Limits.bytes / 1024)"),
            // Never: see Outbox.
            KafkaProperty("message.timeout.ms", "0"),
            // Within this time added partitions are used.
            KafkaProperty("topic.metadata.refresh.interval.ms", "5000"),
            // After so long a request is sent again, under the same sequence numbers.
            KafkaProperty("request.timeout.ms", "5000"),
        ]
    }
}

extension ClientConfiguration {
    /// What a user has said of the queue's length.
    var mostMessages: Int {
        let said = properties.last { $0.name == "queue.buffering.max.messages" }
        return said.flatMap { Int($0.value) } ?? Outbox.Limits.messages
    }
}
