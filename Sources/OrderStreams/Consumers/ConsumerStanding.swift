internal import Kafka

/// What keeps a consumer from having consumed everything that is there.
///
/// It is told what the consumer is told, and asks after the topics by itself, for librdkafka says most
/// things once. For the task that polls.
struct ConsumerStanding {
    enum Limits {
        /// Between looks at the topics.
        static let lookInterval = Duration.seconds(1)
        /// For a broker to answer each time.
        static let lookTimeout = Duration.seconds(1)
        /// After so long what is in trouble is fetched anew: librdkafka may not tell that the trouble
        /// is over.
        static let refetchInterval = Duration.seconds(5)
        /// A transaction that holds a partition back for longer is told of.
        static let transaction = Duration.seconds(3)
    }

    typealias Instant = ContinuousClock.Instant

    private let topics: [String]
    private let maximumLag: Int64
    private let unreadable: UnreadableRecords
    private let isMember: Bool
    private var descriptions: [TopicDescription] = []
    private var unreachable: String?
    /// Topics that were there, and were not at the last look.
    private var deleted: Set<String> = []
    private var seen: Set<String> = []
    /// Topics that were deleted and are there again since consumption began.
    private(set) var madeAnew: Set<String> = []
    /// Whether topics have partitions that are not consumed here.
    private(set) var hasOthers = false
    private var lastLook: Instant?

    /// How far each partition has been consumed.
    private(set) var positions: [TopicPartition: Int64] = [:]
    /// Partitions of which not everything has been consumed that was there at the beginning, and their
    /// ends then.
    private var behind: [TopicPartition: Int64] = [:]
    /// Partitions whose end has been told, and where it was.
    private var ends: [TopicPartition: Int64] = [:]
    /// Those with more behind it that may not be seen yet, and since when that is known.
    private var held: [TopicPartition: Instant] = [:]
    private var troubles: [TopicPartition: ConsumerTrouble] = [:]
    /// What is not about a partition: of the group, or of a topic.
    private var others: [String?: ConsumerTrouble] = [:]
    private var gaps = UnreadableGaps()
    private var lastRefetch: Instant
    private var isLagging = false

    /// - Parameters:
    ///   - maximumLag: In records, all partitions together.
    ///   - isMember: Whether it is a member of its group; if not, what is about the group matters to lag
    ///     tools only.
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

    /// Consumption begins, or partitions were given out anew.
    ///
    /// - Parameters:
    ///   - ends: Where the partitions end; where that is not known, the first record or the end shows
    ///     that a partition can be read.
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
            // At its end there may be records of an open transaction: the end has to be told.
            if let end = bounds[partition] { behind[partition] = end > position ? end : .max }
        }
        ends = [:]
        held = [:]
        troubles = [:]
        others = [:]
        gaps.begin()
        lastRefetch = now
    }

    // MARK: What the consumer is told

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
        // What is told of a partition comes behind the records that were had of it.
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
        // Whether a broker can be reached is seen for oneself: librdkafka says that all are away when
        // one has closed an idle connection.
        guard !trouble.error.isConnectionError, isMember || trouble.topic != nil else { return }
        guard let place = trouble.place else {
            others[trouble.topic] = trouble
            return
        }
        troubles[place] = trouble
    }

    /// What was passed over since this was called last.
    mutating func takePassed() -> [UnreadableGap] { gaps.take() }

    /// Whether there is more behind the end that was told: records of a transaction that is open.
    private func isHeld(_ partition: TopicPartition, _ consumer: some ObservedConsumer) -> Bool {
        guard let end = ends[partition], let known = consumer.knownEnd(of: partition) else {
            return false
        }
        return known > end
    }

    // MARK: Looking

    /// Asks after the topics when it is time to, and fetches anew what is in trouble; may block.
    ///
    /// - Returns: Whether a broker has answered.
    @discardableResult
    mutating func look(_ consumer: some ObservedConsumer, _ clock: MonotonicClock) -> Bool {
        let now = clock.now()
        guard now >= lastLook.map({ $0 + Limits.lookInterval }) ?? now else { return false }
        do throws(KafkaError) {
            descriptions = try consumer.topics(topics, timeout: Limits.lookTimeout)
            unreachable = nil
        } catch {
            // Given up by who stops.
            guard !Task.isCancelled else { return false }
            unreachable = "the broker cannot be reached: \(error)"
        }
        lastLook = clock.now()
        guard unreachable == nil else { return false }
        for topic in descriptions { note(topic) }
        guard lastRefetch + Limits.refetchInterval <= now else { return true }
        lastRefetch = now
        for partition in troubles.keys {
            if let position = positions[partition], position >= 0 {
                consumer.refetch(partition, from: position)
            }
        }
        return true
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

    // MARK: Telling

    /// What keeps it, for a person; `nil` when it has consumed everything but what has just come.
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

    /// For each partition, how many records have not been consumed yet.
    func lags(_ consumer: some ObservedConsumer) -> [TopicPartition: Int64] {
        Dictionary(
            uniqueKeysWithValues: positions.map { partition, position in
                (partition, max(0, (consumer.knownEnd(of: partition) ?? 0) - max(0, position)))
            }
        )
    }

    private mutating func lagReason(_ consumer: some ObservedConsumer) -> String? {
        let lag = lags(consumer).reduce(0) { $0 + $1.value }
        // Ready again at half of it, so that it does not come and go.
        isLagging = lag > (isLagging ? maximumLag / 2 : maximumLag)
        return isLagging ? "more than \(maximumLag) events behind" : nil
    }
}
