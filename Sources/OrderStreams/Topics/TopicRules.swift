internal import Kafka

/// What the broker's configuration of our topics means for publishing, asked for now and then.
///
/// Not every broker tells, and not everybody is told: then nothing is known against it.
struct TopicRules {
    enum Limits {
        /// How often a broker is asked.
        static let interval = Duration.seconds(10)
    }

    /// Those from which orders are made anew.
    private static let topics = [EventTopics.orders, EventTopics.inventory]

    private var configurations: [String: TopicConfiguration] = [:]
    /// `nil` before the first time.
    private var nextAsked: MonotonicClock.Instant?
    private var isUnsupported = false

    /// Asks a broker when it is time; blocks, unless it is known that it does not tell.
    mutating func refresh(_ producer: Producer, timeout: Duration, now: MonotonicClock.Instant) {
        guard !isUnsupported, nextAsked ?? now <= now else { return }
        nextAsked = now + Limits.interval
        do throws(KafkaError) {
            let answers = try producer.configuration(of: Self.topics, timeout: timeout)
            for (topic, answer) in answers { configurations[topic] = try? answer.get() }
        } catch {
            isUnsupported = error.isUnsupported
        }
    }

    /// The largest batch that the topic of orders takes.
    var largestBatch: Int? { configurations[EventTopics.orders]?.maximumMessageBytes }

    /// Why the topic of orders takes none though it has leaders.
    func shortage(_ orders: TopicDescription) -> String? {
        guard let least = configurations[orders.name]?.minimumInSyncReplicas,
            let state = orders.states.first(where: { $0.inSync < least })
        else { return nil }
        return "\(orders.name)[\(state.number)] takes no orders with \(state.inSync) in-sync"
            + " replicas: min.insync.replicas is \(least)"
    }

    /// Why events are lost once they are in their topics.
    var loss: String? {
        let compacted = Self.topics.first { configurations[$0]?.isCompacted == true }
        return compacted.map {
            "topic \($0) is compacted (cleanup.policy=compact), so events are lost: set"
                + " cleanup.policy=delete on it"
        }
    }
}
