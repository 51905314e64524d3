internal import Kafka

/// The records of the partitions that the saga's group has given to this replica.
///
/// The saga takes them from the projection where it can, and fetches them for itself otherwise. Not
/// thread-safe: it belongs to the task that consumes.
final class SagaStream: RecordSource, ObservedConsumer {
    private let consumer: GroupConsumer
    private let feed: SagaFeed?
    private var seenGeneration = 0
    /// The offset of the next record of each assigned partition; negative while it is unknown.
    private var next: [TopicPartition: Int64] = [:]
    /// Whether nothing is fetched, because the projection reads the same.
    private var isFollowing = false
    private var work: [SagaWork] = []
    /// The offsets of the records that the projection has read for the saga since the last
    /// ``takeFollowed()``.
    private var followed: [TopicPartition: Range<Int64>] = [:]

    /// - Parameter feed: What the projection reads; `nil` to fetch everything.
    init(_ consumer: GroupConsumer, feed: SagaFeed?) {
        self.consumer = consumer
        self.feed = feed
        feed?.attach(wake: consumer.interruption)
    }

    func close() {
        feed?.detach()
        consumer.close()
    }

    var assigned: [TopicPartition: Int64]? { consumer.assigned }
    var generation: Int { consumer.generation }

    /// Returns the work of the records that the projection has read, up to the positions that the
    /// last poll has returned.
    func takeWork() -> [SagaWork] {
        defer { work = [] }
        return work
    }

    /// Returns the offsets of the records that the projection has read for the saga.
    func takeFollowed() -> [TopicPartition: Range<Int64>] {
        defer { followed = [:] }
        return followed
    }

    /// Waits for records or for work from the projection.
    ///
    /// - Returns: The fetched records. While the saga follows the projection, it contains only
    ///   offsets.
    func poll(maximumRecords: Int, timeout: Duration) throws(KafkaError) -> Fetch {
        let hasNews = isFollowing && feed?.hasNews == true
        var fetch = try consumer.poll(
            maximumRecords: maximumRecords,
            timeout: hasNews ? .zero : timeout
        )
        guard let feed else { return fetch }
        noteAssignment(feed)
        if isFollowing {
            // These were fetched before the saga began to follow.
            fetch.removeRecords()
        } else {
            for (partition, offset) in fetch.positions where next[partition] != nil {
                next[partition] = offset
            }
            try meet(feed)
        }
        if isFollowing { try take(from: feed, &fetch) }
        return fetch
    }

    private func noteAssignment(_ feed: SagaFeed) {
        let assigned = consumer.assigned
        guard consumer.generation != seenGeneration || assigned == nil else { return }
        seenGeneration = consumer.generation
        feed.unfollow()
        isFollowing = false
        next = assigned ?? [:]
    }

    /// Follows the projection, if the saga has arrived where it reads.
    private func meet(_ feed: SagaFeed) throws(KafkaError) {
        guard !next.isEmpty, next.values.allSatisfy({ $0 >= 0 }),
            feed.follow(from: next)
        else { return }
        try consumer.fetch(from: [:])
        isFollowing = true
    }

    private func take(from feed: SagaFeed, _ fetch: inout Fetch) throws(KafkaError) {
        guard let portion = feed.take() else {
            try consumer.fetch(from: next)
            isFollowing = false
            return
        }
        work += portion.work
        for (partition, offset) in portion.positions {
            guard let start = next[partition], start >= 0, start < offset else { continue }
            followed[partition] = (followed[partition]?.lowerBound ?? start)..<offset
        }
        next = portion.positions
        for (partition, offset) in portion.positions {
            fetch.advance(partition, to: offset, isEnd: portion.atEnd.contains(partition))
        }
    }

    func commit(_ offsets: [TopicPartition: Int64]) throws(KafkaError) {
        try consumer.commit(offsets)
    }

    func topics(_ names: [String], timeout: Duration) throws(KafkaError) -> [TopicDescription] {
        try consumer.topics(names, timeout: timeout)
    }

    func refetch(_ partition: TopicPartition, from offset: Int64) {
        if !isFollowing { consumer.refetch(partition, from: offset) }
    }

    func knownEnd(of partition: TopicPartition) -> Int64? {
        isFollowing ? feed?.knownEnd(of: partition) : consumer.knownEnd(of: partition)
    }
}
