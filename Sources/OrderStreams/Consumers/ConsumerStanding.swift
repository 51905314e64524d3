internal import Kafka

/// Finds the reason why a consumer is not up to date.
///
/// It receives the result of each poll. It also asks a broker about the topics, because librdkafka
/// reports most errors only once. Not thread-safe: only the task that polls uses it.
struct ConsumerStanding {
    enum Limits {
        /// The time between two requests about the topics.
        static let lookInterval = Duration.seconds(1)
        /// The time limit of one request about the topics.
        static let lookTimeout = Duration.seconds(1)
        /// The time after which partitions with an error are fetched again.
        ///
        /// librdkafka may not report the end of an error.
        static let refetchInterval = Duration.seconds(5)
        /// The time after which an open transaction that blocks a partition is reported.
        static let transaction = Duration.seconds(3)
    }

    typealias Instant = ContinuousClock.Instant

    private let topics: [String]
    private let maximumLag: Int64
    private let unreadable: UnreadableRecords
    private let isMember: Bool
    private var descriptions: [TopicDescription] = []
    private var unreachable: String?
    /// The topics that existed earlier but not at the last look.
    private var deleted: Set<String> = []
    private var seen: Set<String> = []
    /// The topics that were deleted and created again since consumption began.
    private(set) var madeAnew: Set<String> = []
    /// Whether topics have partitions that this consumer does not consume.
    private(set) var hasOthers = false
    private var lastLook: Instant?

    /// The position of the consumer in each partition.
    private(set) var positions: [TopicPartition: Int64] = [:]
    /// The partitions that are not consumed to their initial end yet, with that end.
    private var behind: [TopicPartition: Int64] = [:]
    /// The partitions whose end the consumer has reached, with that end.
    private var ends: [TopicPartition: Int64] = [:]
    /// The partitions with invisible records behind that end, and the time when this was noticed.
    private var held: [TopicPartition: Instant] = [:]
    private var troubles: [TopicPartition: ConsumerTrouble] = [:]
    /// The errors that are not about a partition, by topic; the key `nil` is for the group or
    /// client.
    private var others: [String?: ConsumerTrouble] = [:]
    private var gaps = UnreadableGaps()
    private var lastRefetch: Instant
    private var isLagging = false

    /// - Parameters:
    ///   - maximumLag: The largest lag of all partitions together, in records.
    ///   - isMember: Whether the consumer is a member of its group. If not, errors about the group
    ///     matter only to lag tools.
    init(
        topics: [String],
        maximumLag: Int64,
        unreadable: UnreadableRecords = .stop,
        isMember: Bool = true,
        now: Instant
    ) {
        self.isMember = isMember
        lastRefetch = now
        self.topics = topics
        self.maximumLag = maximumLag
        self.unreadable = unreadable
    }

    /// Starts again with a new assignment.
    ///
    /// - Parameters:
    ///   - ends: The known ends of the partitions. If an end is not known, the first record or the
    ///     reported end shows that the partition can be read.
    mutating func begin(
        _ positions: [TopicPartition: Int64],
        ends bounds: [TopicPartition: Int64] = [:],
        now: Instant
    ) {
        self.positions = positions
        madeAnew = []
        hasOthers = false
        behind = positions.mapValues { _ in .min }
        for (partition, position) in positions {
            // At the end there may be records of an open transaction, so wait until the poll
            // reports the end.
            if let end = bounds[partition] { behind[partition] = end > position ? end : .max }
        }
        ends = [:]
        held = [:]
        troubles = [:]
        others = [:]
        gaps.begin()
        lastRefetch = now
    }

    // MARK: Polls

    mutating func note(_ fetch: Fetch, _ consumer: some ObservedConsumer, now: Instant) {
        gaps.finish(fetch)
        for (partition, next) in fetch.nextOffsets {
            positions[partition] = next
            ends[partition] = nil
            held[partition] = nil
            troubles[partition] = nil
            if let end = behind[partition], next >= end { behind[partition] = nil }
        }
        for (partition, end) in fetch.ends {
            positions[partition] = max(end, positions[partition] ?? 0)
            troubles[partition] = nil
            ends[partition] = end
        }
        // An error of a partition comes after the records that were read from it.
        for trouble in fetch.troubles { note(trouble) }
        if unreadable == .skip { gaps.pass(fetch.troubles, &positions, consumer) }
        for partition in ends.keys {
            if isHeld(partition, consumer) {
                held[partition] = held[partition] ?? now
            } else {
                held[partition] = nil
                behind[partition] = nil
            }
        }
    }

    private mutating func note(_ trouble: ConsumerTrouble) {
        // `look` finds out whether a broker can be reached. librdkafka reports that all brokers are
        // down when one has closed an idle connection.
        guard !trouble.error.isConnectionError, isMember || trouble.topic != nil else { return }
        guard let place = trouble.place else {
            others[trouble.topic] = trouble
            return
        }
        troubles[place] = trouble
    }

    /// Returns the gaps that were completed since the last call.
    mutating func takePassed() -> [UnreadableGap] { gaps.take() }

    /// Returns whether there are records of an open transaction behind the reported end.
    private func isHeld(_ partition: TopicPartition, _ consumer: some ObservedConsumer) -> Bool {
        guard let end = ends[partition], let known = consumer.knownEnd(of: partition) else {
            return false
        }
        return known > end
    }

    // MARK: Requests about the topics

    /// Asks a broker about the topics when it is time, and fetches partitions with an error again;
    /// may block.
    ///
    mutating func look(_ consumer: some ObservedConsumer, _ clock: MonotonicClock) {
        let now = clock.now()
        guard now >= lastLook.map({ $0 + Limits.lookInterval }) ?? now else { return }
        do throws(KafkaError) {
            descriptions = try consumer.topics(topics, timeout: Limits.lookTimeout)
            unreachable = nil
        } catch {
            // A stop of the gateway ended the request.
            guard !Task.isCancelled else { return }
            unreachable = "the broker cannot be reached: \(error)"
        }
        lastLook = clock.now()
        guard unreachable == nil else { return }
        for topic in descriptions { note(topic) }
        guard lastRefetch + Limits.refetchInterval <= now else { return }
        lastRefetch = now
        for partition in troubles.keys {
            if let position = positions[partition], position >= 0 {
                consumer.refetch(partition, from: position)
            }
        }
    }

    private mutating func note(_ topic: TopicDescription) {
        guard topic.error == nil else {
            let isGone = topic.error?.isUnknownTopic == true && seen.contains(topic.name)
            if isGone { deleted.insert(topic.name) }
            return
        }
        seen.insert(topic.name)
        if deleted.remove(topic.name) != nil { madeAnew.insert(topic.name) }
        hasOthers = hasOthers || topic.partitions.contains { positions[$0] == nil }
    }

    // MARK: Reports

    /// Returns the reason why the consumer is not up to date, as text for people; `nil` when it is
    /// up to date.
    mutating func reason(_ consumer: some ObservedConsumer, now: Instant) -> String? {
        if let unreachable { return unreachable }
        if let problem = descriptions.lazy.compactMap(problem).first { return problem }
        if let trouble = others.values.first { return "\(trouble)" }
        let broken = troubles.min { $0.key.description < $1.key.description }
        if let broken { return "\(broken.value)" }
        let long = held.filter { $0.value + Limits.transaction <= now }.keys
        if let partition = long.min(by: { $0.description < $1.description }) {
            let offset = ends[partition] ?? 0
            return "\(partition) is held back by an open transaction since offset \(offset)"
        }
        if !behind.isEmpty { return "reading the topics to their end" }
        return lagReason(consumer)
    }

    private func problem(_ topic: TopicDescription) -> String? {
        guard let problem = topic.problem else { return nil }
        return deleted.contains(topic.name) ? "\(problem): it was deleted" : problem
    }

    private mutating func lagReason(_ consumer: some ObservedConsumer) -> String? {
        let lag = positions.reduce(0) { lag, place in
            lag + max(0, (consumer.knownEnd(of: place.key) ?? 0) - max(0, place.value))
        }
        // The consumer is ready again at half of the limit, so that readiness does not change all
        // the time.
        isLagging = lag > (isLagging ? maximumLag / 2 : maximumLag)
        return isLagging ? "more than \(maximumLag) events behind" : nil
    }
}
