internal import Kafka
package import Orders
internal import Synchronization
package import Telemetry
package import Text

/// Hands what the projection has read over to the saga, so that each record is fetched and decoded
/// once.
///
/// The projection reads all partitions. The saga's group gives this replica some of them. The saga
/// announces itself, the feed keeps the work of all later records in these partitions, and the saga
/// fetches for itself until it has arrived there in each of them. From then on it follows the
/// projection. It fetches for itself again when the projection begins anew or is held up, and when
/// more work waits than the limits allow.
package final class SagaFeed: Sendable {
    enum Limits {
        /// The largest number of pieces of work that wait for the saga.
        static let work = 4_000
        /// The largest size of the work that waits for the saga.
        static let bytes = 16 * 1024 * 1024
        /// The largest distance in records by which the saga may be ahead of the projection and
        /// still follow it.
        ///
        /// A projection that is further behind would hold up the saga.
        static let lead: Int64 = 10_000
    }

    /// A record of which the saga may have to take care.
    struct Finding {
        let record: FetchedRecord
        let event: Result<DecodedEvent, EventError>
    }

    /// What the saga has to do in the partitions that it follows.
    struct Portion {
        var work: [SagaWork] = []
        /// The offset of the next record of each partition that the saga follows.
        var positions: [TopicPartition: Int64] = [:]
        /// The partitions of these that the projection has read to the end.
        var atEnd: Set<TopicPartition> = []
    }

    /// Returns the end of a partition, with records of open transactions.
    typealias KnownEnd = @Sendable (TopicPartition) -> Int64?

    fileprivate struct Reading {
        /// The offset of the next record.
        var position: Int64
        /// Whether the broker had no more records to read.
        var isAtEnd = false
    }

    /// The saga in one partition.
    fileprivate struct Follower {
        /// The offset from which on all work is kept.
        var start: Int64
        /// The offset of the next record.
        var next: Int64
    }

    fileprivate struct Item {
        let partition: TopicPartition
        let offset: Int64
        let work: SagaWork
    }

    fileprivate struct State {
        /// The partitions that the projection reads.
        var readings: [TopicPartition: Reading] = [:]
        /// The ends that the projection's consumer knows.
        var knownEnd: KnownEnd = { _ in nil }
        /// Whether the projection cannot go on at the moment.
        var isHeldUp = false
        /// The partitions that the projection cannot read at the moment.
        var troubled: Set<TopicPartition> = []
        /// The saga's partitions, since it has announced itself.
        var followers: [TopicPartition: Follower] = [:]
        /// Whether the saga has arrived, and no longer fetches for itself.
        var isFollowing = false
        var items: [Item] = []
        /// The size of the items' work.
        var bytes = 0
        /// Wakes the saga.
        var wake: (@Sendable () -> Void)?
    }

    private let rules: SagaRules
    private let state = Mutex(State())

    /// - Parameters:
    ///   - version: The version of published events.
    ///   - time: The clock for the timestamps of dead letters.
    ///   - tracer: Records what records call for; `nil` to record nothing.
    package init(version: EventVersion, time: WallClock, tracer: Tracer? = nil) {
        rules = SagaRules(version: version, time: time, tracer: tracer)
    }

    // MARK: The projection's side

    /// Notes that the projection begins to read at these offsets.
    ///
    /// - Parameter knownEnd: Called with a lock held until ``end()``, from any thread.
    func begin(_ positions: [TopicPartition: Int64], knownEnd: @escaping KnownEnd) {
        state.withLock { state in
            state.readings = positions.mapValues { Reading(position: $0) }
            state.knownEnd = knownEnd
            state.isHeldUp = false
            state.troubled = []
            state.unfollow()
            state.wake?()
        }
    }

    /// Notes that the projection reads no more.
    func end() { begin([:]) { _ in nil } }

    /// Notes that the projection cannot go on, such as with a full disk, until it reads again.
    ///
    /// What a saga has to do must not wait for that.
    func holdUp() {
        state.withLock { state in
            state.isHeldUp = true
            state.unfollow()
            state.wake?()
        }
    }

    /// Notes what the projection has read.
    ///
    /// A partition that it cannot read ends the following: the saga fetches for itself, and so
    /// reports the same reason, until the projection reads again.
    ///
    /// - Parameters:
    ///   - findings: The records of which the saga may have to take care.
    ///   - gaps: The gaps that were skipped.
    func advance(_ fetch: Fetch, _ findings: [Finding], passedOver gaps: [UnreadableGap]) {
        state.withLock { state in
            let wasFollowing = state.isFollowing
            state.isHeldUp = false
            // Without followers there is no work to make. A replay of many events has none.
            if !state.followers.isEmpty {
                for gap in gaps {
                    let last = gap.offsets.upperBound - 1
                    state.add(last, of: gap.partition) { rules.work(for: gap) }
                }
                for finding in findings {
                    let record = finding.record
                    state.add(record.offset, of: record.place) {
                        rules.work(for: record, finding.event)
                    }
                }
            }
            for (partition, next) in fetch.nextOffsets {
                state.advance(partition, Reading(position: next))
            }
            for (partition, end) in fetch.ends {
                let position = max(end, state.readings[partition]?.position ?? 0)
                // Records of the same poll may come after the report of an end.
                state.advance(partition, Reading(position: position, isAtEnd: end == position))
            }
            state.note(fetch.troubles)
            if wasFollowing, !state.isFollowing || !state.items.isEmpty { state.wake?() }
        }
    }

    // MARK: The saga's side

    /// - Parameter wake: Called when there is work, with a lock held; may not call back.
    func attach(wake: @escaping @Sendable () -> Void) { state.withLock { $0.wake = wake } }

    /// Ends everything that ``attach(wake:)`` and ``follow(from:)`` began.
    func detach() {
        state.withLock { state in
            state.wake = nil
            state.unfollow()
        }
    }

    /// Ends what ``follow(from:)`` began, because the group has assigned other partitions.
    func unfollow() { state.withLock { $0.unfollow() } }

    /// Follows the projection, if the saga has arrived there in all its partitions.
    ///
    /// - Parameter next: The offset of the saga's next record in each of its partitions.
    /// - Returns: Whether the saga follows from now on. Otherwise the saga goes on to fetch for
    ///   itself, and tries again later.
    func follow(from next: [TopicPartition: Int64]) -> Bool {
        state.withLock { state in
            guard !state.isHeldUp, state.troubled.isEmpty else { return false }
            var hasArrived = true
            for (partition, offset) in next {
                guard let position = state.readings[partition]?.position else { return false }
                let announced = state.followers[partition]
                let start = announced?.start ?? position
                state.followers[partition] = announced ?? Follower(start: start, next: start)
                let isThere =
                    offset >= start && offset <= state.end(of: partition, position)
                hasArrived = hasArrived && isThere
            }
            guard hasArrived else { return false }
            state.isFollowing = true
            state.items.removeAll { $0.offset < next[$0.partition] ?? .max }
            state.bytes = state.items.reduce(0) { $0 + $1.work.bytes }
            for (partition, offset) in next {
                let read = state.followers[partition]?.next ?? offset
                state.followers[partition] = Follower(start: offset, next: max(read, offset))
            }
            return true
        }
    }

    /// Whether there is something for a saga that follows.
    var hasNews: Bool { state.withLock { !$0.isFollowing || !$0.items.isEmpty } }

    /// Returns the work that has arrived, and the positions behind it.
    ///
    /// - Returns: `nil` when the saga no longer follows. It has to fetch again from the positions
    ///   of the last result.
    func take() -> Portion? {
        state.withLock { state in
            guard state.isFollowing else { return nil }
            var portion = Portion()
            portion.work = state.items.map(\.work)
            state.items.removeAll()
            state.bytes = 0
            for (partition, follower) in state.followers {
                portion.positions[partition] = follower.next
                let reading = state.readings[partition]
                if reading?.isAtEnd == true, reading?.position == follower.next {
                    portion.atEnd.insert(partition)
                }
            }
            return portion
        }
    }

    /// The end of a partition as the projection's consumer knows it, with records of open
    /// transactions.
    func knownEnd(of partition: TopicPartition) -> Int64? {
        state.withLock { $0.knownEnd(partition) }
    }
}

extension SagaFeed.State {
    mutating func unfollow() {
        followers = [:]
        isFollowing = false
        items = []
        bytes = 0
    }

    /// The furthest offset at which a saga can follow the projection.
    ///
    /// Behind the partition's end, the offset is one of a topic that has lost its end. Only a fetch
    /// by the saga shows that.
    func end(of partition: TopicPartition, _ position: Int64) -> Int64 {
        let end = knownEnd(partition) ?? position
        return min(max(end, position), position + SagaFeed.Limits.lead)
    }

    mutating func advance(_ partition: TopicPartition, _ reading: SagaFeed.Reading) {
        readings[partition] = reading
        troubled.remove(partition)
        guard let next = followers[partition]?.next else { return }
        followers[partition]?.next = max(next, reading.position)
    }

    mutating func note(_ troubles: [ConsumerTrouble]) {
        for trouble in troubles where !trouble.error.isConnectionError {
            if let partition = trouble.place { troubled.insert(partition) }
        }
        if !troubled.isEmpty { unfollow() }
    }

    /// Keeps work for the saga, if the partition is the saga's and the saga has not seen the offset.
    mutating func add(
        _ offset: Int64,
        of partition: TopicPartition,
        _ make: () -> SagaWork?
    ) {
        guard let next = followers[partition]?.next, offset >= next, let work = make() else {
            return
        }
        let isRoom =
            items.count < SagaFeed.Limits.work
            && (items.isEmpty || bytes + work.bytes <= SagaFeed.Limits.bytes)
        // The saga fetches these records, when it is done with what it has taken.
        guard isRoom else { return unfollow() }
        items.append(SagaFeed.Item(partition: partition, offset: offset, work: work))
        bytes += work.bytes
    }
}
