internal import Kafka
internal import Orders
package import OrderStreams
internal import Synchronization
internal import Telemetry
internal import Text

/// The metrics of the consumers of events: what they have processed, what failed, and where they are.
package final class StreamMetrics: Sendable {
    /// The types that are told apart; the last stands for all other records.
    static let types = EventType.allCases.map(\.rawValue) + ["other"]
    /// The classes of records that cannot be processed; the last stands for any other.
    static let errorClasses = EventError.kinds + [EventTally.unreadable, "other"]
    private static let messageKinds = ["cancellation", "dead_letter", "other"]
    /// The topics of which records fail; the last stands for any other.
    private static let topics = [EventTopics.orders, EventTopics.inventory, "other"]

    package let deadLetters = DeadLetterMetrics(topics: topics, errorClasses: errorClasses)
    package let lag: LagMetrics
    private let groups = Mutex<[GroupMetrics]>([])
    private let retried = SharedCounts(count: messageKinds.count)
    private let failed = SharedCounts(count: topics.count * errorClasses.count)

    init(clock: WallClock) {
        lag = LagMetrics(clock: clock)
    }

    /// Returns the observer of one consumer.
    ///
    /// - Parameters:
    ///   - group: The group of the consumer, as brokers know it.
    ///   - topics: The topics that it consumes.
    ///   - countsFailures: Whether it counts the records that cannot be processed. Several consumers
    ///     read the same ones.
    package func observer(
        of group: String,
        topics: [String],
        countsFailures: Bool = false
    ) -> any StreamObserver {
        let made = GroupMetrics(group, topics, self, countsFailures: countsFailures)
        groups.withLock { $0.append(made) }
        return made
    }

    // MARK: Values

    /// The records that all consumers have processed.
    package var consumed: Int {
        groups.withLock { $0 }.reduce(0) { sum, group in
            group.topics.indices.reduce(sum) { $0 + group.consumed($1) }
        }
    }

    /// Returns the records of a topic that one consumer has processed.
    package func consumed(_ topic: String, by group: String) -> Int {
        guard let found = groups.withLock({ $0.first { $0.group == group } }),
            let index = found.topics.firstIndex(of: topic)
        else { return 0 }
        return found.consumed(index)
    }

    /// The records that could not be processed.
    package var failures: Int { failed.total }
    /// The failed attempts to publish a message that followed from an event.
    package var retries: Int { retried.total }

    // MARK: Text

    var families: [MetricFamily] {
        [
            MetricFamily(
                "messaging_client_consumed_messages_total",
                .counter,
                "Records that were consumed, each once for each consumer group.",
                labels: ["messaging_destination_name", "messaging_consumer_group_name"]
            ) { [self] samples in
                for group in groups.withLock({ $0 }) {
                    for (index, topic) in group.topics.enumerated() {
                        samples.add(group.consumed(index), [topic, group.group])
                    }
                }
            },
            MetricFamily(
                "messaging_process_duration_seconds",
                .histogram,
                "The time for an event, as its share of the time for its batch.",
                labels: [
                    "messaging_destination_name", "messaging_consumer_group_name", "event_type",
                ]
            ) { [self] samples in
                for group in groups.withLock({ $0 }) {
                    for (index, topic) in group.topics.enumerated() {
                        for (type, name) in Self.types.enumerated() {
                            let durations = group.durations(index, type)
                            guard durations.count > 0 else { continue }
                            samples.add(durations, [topic, group.group, name])
                        }
                    }
                }
            },
            MetricFamily(
                "events_failed_total",
                .counter,
                "Records that could not be processed.",
                labels: ["messaging_destination_name", "error_class"]
            ) { [self] samples in
                Self.add(failed, Self.topics, Self.errorClasses, to: &samples)
            },
            MetricFamily(
                "publish_retries_total",
                .counter,
                "Failed attempts to publish a message that followed from an event.",
                labels: ["message_kind"]
            ) { [self] samples in
                for (index, kind) in Self.messageKinds.enumerated() {
                    samples.add(retried[index], [kind])
                }
            },
            deadLetters.family,
        ] + lag.families
    }

    /// Adds counts by two labels: those of the two topics that are consumed always, so that a first
    /// failure is seen as an increase.
    static func add(
        _ counts: SharedCounts,
        _ topics: [String],
        _ classes: [String],
        to samples: inout MetricSamples
    ) {
        for (topic, name) in topics.enumerated() {
            for (index, errorClass) in classes.enumerated() {
                let count = counts[topic * classes.count + index]
                let isUsual = topic < topics.count - 1 && index < classes.count - 1
                if isUsual || count > 0 { samples.add(count, [name, errorClass]) }
            }
        }
    }

    // MARK: Counting

    func noteFailure(_ failure: EventTally.Failure) {
        let topic = Self.topics.indexOrLast(of: failure.partition.topic)
        let index = Self.errorClasses.indexOrLast(of: failure.errorClass)
        failed.add(failure.count, at: topic * Self.errorClasses.count + index)
    }

    /// - Parameter message: The kind of a message, such as "a dead letter".
    func noteRetry(_ message: String) {
        let kind = message.dropFirst(message.hasPrefix("a ") ? 2 : 0).map { $0 == " " ? "_" : $0 }
        retried.add(at: Self.messageKinds.indexOrLast(of: String(kind)))
    }
}

extension [String] {
    /// Returns the index of a name, or the last one for a name that is not in the list.
    func indexOrLast(of name: String) -> Int { firstIndex(of: name) ?? count - 1 }
}
