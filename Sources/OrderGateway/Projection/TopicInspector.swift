internal import Kafka

/// Finds out what the broker has of topics, and asks until it answers.
struct TopicInspector {
    enum Limits {
        /// For one answer of the broker.
        static let timeout = Duration.seconds(5)
    }

    let consumer: AssignedConsumer
    /// Is told what is being waited for.
    let waiting: (String) -> Void

    /// All partitions of topics, as soon as each topic exists.
    func partitions(of topics: [String]) async throws -> [TopicPartition] {
        var backoff = Backoff()
        while true {
            let found = try await answer { () throws(KafkaError) in
                try consumer.partitions(of: topics, timeout: Limits.timeout)
            }
            let missing = topics.filter { (found[$0] ?? []).isEmpty }
            if missing.isEmpty {
                return found.flatMap { topic, partitions in
                    partitions.map { TopicPartition(topic: topic, partition: $0) }
                }
            }
            waiting("topic \(missing.joined(separator: ", ")) does not exist yet")
            try await backoff.pause()
        }
    }

    /// The offsets that the consumer's group has committed.
    func committed(_ partitions: [TopicPartition]) async throws -> [TopicPartition: Int64] {
        try await answer { () throws(KafkaError) in
            try consumer.committed(partitions, timeout: Limits.timeout)
        }
    }

    /// The offsets that a partition has: from that of its oldest record to that of the next one to
    /// come.
    func bounds(of partition: TopicPartition) async throws -> Range<Int64> {
        try await answer { () throws(KafkaError) in
            try consumer.bounds(of: partition, timeout: Limits.timeout)
        }
    }

    private func answer<Value>(
        _ question: () throws(KafkaError) -> Value
    ) async throws -> Value {
        var backoff = Backoff()
        while true {
            try Task.checkCancellation()
            do throws(KafkaError) {
                return try question()
            } catch {
                waiting("the broker cannot be reached: \(error)")
            }
            try await backoff.pause()
        }
    }
}
