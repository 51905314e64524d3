internal import Kafka

/// The broker's configuration of the topics, and its effects on publishing; read at intervals.
///
/// Some brokers do not report the configuration, or not to every user. Then no problem is reported.
struct TopicRules {
    enum Limits {
        /// The time between two requests to a broker.
        static let interval = Duration.seconds(10)
    }

    /// The topics from which a replay rebuilds orders.
    private static let topics = [EventTopics.orders, EventTopics.inventory]

    private var configurations: [String: TopicConfiguration] = [:]
    /// The time of the next request; `nil` before the first one.
    private var nextAsked: MonotonicClock.Instant?
    private var isUnsupported = false

    /// Asks a broker when it is time; blocks, unless the broker does not support the request.
    ///
    /// - Parameter isUnsettled: Whether it is time in any case.
    mutating func refresh(
        _ producer: Producer,
        timeout: Duration,
        now: MonotonicClock.Instant,
        isUnsettled: Bool = false
    ) {
        guard !isUnsupported, isUnsettled || nextAsked ?? now <= now else { return }
        nextAsked = now + Limits.interval
        do throws(KafkaError) {
            let answers = try producer.configuration(of: Self.topics, timeout: timeout)
            for (topic, answer) in answers { configurations[topic] = try? answer.get() }
        } catch {
            isUnsupported = error.isUnsupported
            // What was to be known now is asked for again at the next look.
            if isUnsettled { nextAsked = nil }
        }
    }

    /// The largest batch that the order topic accepts, in bytes.
    var largestBatch: Int? { configurations[EventTopics.orders]?.maximumMessageBytes }

    /// Returns the reason why the order topic accepts no orders although it has leaders.
    func shortage(_ orders: TopicDescription) -> String? {
        guard let least = configurations[orders.name]?.minimumInSyncReplicas,
            let state = orders.states.first(where: { $0.inSync < least })
        else { return nil }
        return "\(orders.name)[\(state.number)] takes no orders with \(state.inSync) in-sync"
            + " replicas: min.insync.replicas is \(least)"
    }

    /// The reason why the topics lose events after they were published.
    var loss: String? {
        let compacted = Self.topics.first { configurations[$0]?.isCompacted == true }
        return compacted.map {
            "topic \($0) is compacted (cleanup.policy=compact), so events are lost: set"
                + " cleanup.policy=delete on it"
        }
    }
}
