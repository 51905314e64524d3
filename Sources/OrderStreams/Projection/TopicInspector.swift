internal import Kafka

/// Asks the broker about topics until it answers.
struct TopicInspector {
    enum Limits {
        /// The time limit of one request.
        static let timeout = Duration.seconds(2)
    }

    let consumer: AssignedConsumer
    let clock: MonotonicClock
    /// A closure that receives the reason for the wait.
    let waiting: (String) -> Void

    /// Returns all partitions of topics as soon as every topic exists.
    func partitions(of topics: [String]) async throws -> [TopicPartition] {
        var backoff = Backoff()
        while true {
            let found = try await answer { () throws(KafkaError) in
                try consumer.topics(topics, timeout: Limits.timeout)
            }
            let problems = found.filter { $0.error != nil }.compactMap(\.problem)
            if problems.isEmpty {
                return found.flatMap(\.partitions)
            }
            waiting(problems.joined(separator: "; "))
            try await clock.sleep(for: backoff.fail())
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
                try Task.checkCancellation()
                waiting(
                    error.isAuthorization
                        ? "a right is missing: \(error)" : "the broker cannot be reached: \(error)"
                )
            }
            try await clock.sleep(for: backoff.fail())
        }
    }
}
