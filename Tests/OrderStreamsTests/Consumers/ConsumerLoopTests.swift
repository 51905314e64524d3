import CRdkafka
import Testing
import Synchronization
import TestSupport
import Text
@testable import Telemetry

@testable import Kafka
@testable import OrderStreams

/// The loop in which everything is consumed, with a consumer and a handler that do what a test says.
struct ConsumerLoopTests {
    private static let first = TopicPartition(topic: "events", partition: 0)
    private static let second = TopicPartition(topic: "events", partition: 1)

    /// What was done, in its order.
    private final class Journal {
        enum Step: Equatable {
            case handled([TopicPartition: Int64])
            case ended
            case committed([TopicPartition: Int64])
        }

        var steps: [Step] = []
    }

    /// Brings what a test says, and then nothing more.
    private final class Source: RecordSource, ObservedConsumer {
        let journal: Journal
        var fetches: [Fetch]
        var assigned: [TopicPartition: Int64]?
        var generation = 1
        var partitions: Int32 = 2
        /// Called with each poll.
        var polled: () -> Void = {}
        /// The answer to each commit.
        var refusal: KafkaError?

        init(_ journal: Journal, assigned: [TopicPartition: Int64]?, _ fetches: [Fetch]) {
            self.journal = journal
            self.assigned = assigned
            self.fetches = fetches
        }

        var isAtEnd: Bool { fetches.isEmpty }

        func poll(maximumRecords: Int, timeout: Duration) throws(KafkaError) -> Fetch {
            polled()
            return fetches.removeFirst()
        }

        func commit(_ offsets: [TopicPartition: Int64]) throws(KafkaError) {
            journal.steps.append(.committed(offsets))
            if let refusal { throw refusal }
        }

        func topics(_ names: [String], timeout: Duration) -> [TopicDescription] {
            let states = (0..<partitions).map {
                TopicDescription.Partition(number: $0, leader: 1, replicas: 1, inSync: 1)
            }
            return [TopicDescription(name: "events", error: nil, states: states)]
        }

        func refetch(_ partition: TopicPartition, from offset: Int64) {}
        func knownEnd(of partition: TopicPartition) -> Int64? { nil }
    }

    private struct Handler: BatchHandler {
        struct Refusal: Error {}

        let journal: Journal
        /// Called with each batch.
        var handled: () async throws -> Void = {}
        /// What it says is done when the loop ends.
        var last: [TopicPartition: Int64] = [:]

        let recordsPerPoll = 10
        let pollTimeout = Duration.zero

        func handle(
            _ fetch: Fetch,
            passedOver gaps: [UnreadableGap],
            _ tally: EventTally?
        ) async throws -> [TopicPartition: Int64] {
            journal.steps.append(.handled(fetch.positions))
            try await handled()
            return fetch.positions
        }

        func end() -> [TopicPartition: Int64] {
            journal.steps.append(.ended)
            return last
        }
    }

    private let journal = Journal()
    /// The time that the loop sees: it stands still, however busy the machine is.
    private let start = ContinuousClock.now
    // No pause of a busy machine is as long.
    private let health = Health(parts: [.saga], pause: .seconds(3600))

    private func fetch(_ next: [TopicPartition: Int64]) -> Fetch {
        var fetch = Fetch()
        fetch.nextOffsets = next
        return fetch
    }

    private func source(_ fetches: [TopicPartition: Int64]...) -> Source {
        Source(journal, assigned: [Self.first: 5, Self.second: -1001], fetches.map(fetch))
    }

    private func watch(
        _ source: Source,
        isMember: Bool = true,
        seesPauses: Bool = true,
        observer: (any StreamObserver)? = nil,
        logger: Logger = .silent
    ) -> ConsumerWatch {
        let watch = ConsumerWatch(
            group: "group",
            topics: ["events"],
            maximumLag: 100,
            isMember: isMember,
            status: PartStatus(.saga, health: health, logger: .silent),
            health: seesPauses ? health : nil,
            clock: MonotonicClock(now: { [start] in start }, sleep: { _ in }),
            observer: observer,
            logger: logger
        )
        watch.begin(source)
        return watch
    }

    @Test func `offsets are committed after their records were handled, and each once`()
        async throws
    {
        let source = source([Self.first: 7], [Self.first: 7], [Self.second: 2])
        var handler = Handler(journal: journal)
        try await ConsumerLoop(watch: watch(source)).run(source, &handler)
        #expect(
            journal.steps == [
                .handled([Self.first: 7]), .committed([Self.first: 7]),
                .handled([Self.first: 7]),
                .handled([Self.second: 2]), .committed([Self.second: 2]),
                .ended,
            ]
        )
    }

    @Test func `a partition of which nothing has come is committed where consumption began`()
        async throws
    {
        let source = source([:], [Self.second: 2])
        var handler = Handler(journal: journal)
        try await ConsumerLoop(watch: watch(source)).run(source, &handler)
        #expect(
            journal.steps == [
                .handled([:]), .committed([Self.first: 5]),
                .handled([Self.second: 2]), .committed([Self.second: 2]),
                .ended,
            ]
        )
    }

    @Test func `another assignment forgets what was committed of the one before`() async throws {
        let source = source([Self.first: 7], [Self.first: 7])
        source.polled = {
            guard source.fetches.count == 1 else { return }
            source.generation += 1
            source.assigned = [Self.first: 6]
        }
        var handler = Handler(journal: journal)
        try await ConsumerLoop(watch: watch(source)).run(source, &handler)
        let commits = journal.steps.filter { $0 == .committed([Self.first: 7]) }
        #expect(commits.count == 2)
    }

    @Test func `nothing is committed of records that were not dealt with`() async throws {
        let source = source([Self.first: 7])
        var handler = Handler(journal: journal)
        handler.handled = { throw Handler.Refusal() }
        await #expect(throws: Handler.Refusal.self) {
            try await ConsumerLoop(watch: watch(source)).run(source, &handler)
        }
        #expect(journal.steps == [.handled([Self.first: 7])])
    }

    @Test func `records that were polled before a pause of the process are left alone`()
        async throws
    {
        let source = source([Self.first: 7], [Self.first: 8])
        let watch = watch(source)
        source.polled = { [health] in
            guard source.fetches.count == 1 else { return }
            health.noteTurn(now: .now + .seconds(4000))
        }
        var handler = Handler(journal: journal)
        try await ConsumerLoop(watch: watch).run(source, &handler)
        #expect(journal.steps == [.handled([Self.first: 7]), .committed([Self.first: 7])])
        #expect(health.checks().first?.reason?.contains("was stopped for") == true)
    }

    @Test func `what was handled is not committed after a pause meanwhile`() async throws {
        let source = source([Self.first: 7])
        var handler = Handler(journal: journal)
        handler.handled = { [health] in health.noteTurn(now: .now + .seconds(4000)) }
        try await ConsumerLoop(watch: watch(source)).run(source, &handler)
        #expect(journal.steps == [.handled([Self.first: 7])])
    }

    /// The inventory stand-in watches its consumer so: what is acknowledged is committed.
    @Test func `without a look at pauses what was handled is committed after one`() async throws {
        let source = source([Self.first: 7])
        var handler = Handler(journal: journal)
        handler.handled = { [health] in health.noteTurn(now: .now + .seconds(4000)) }
        try await ConsumerLoop(watch: watch(source, seesPauses: false)).run(source, &handler)
        #expect(
            journal.steps == [.handled([Self.first: 7]), .committed([Self.first: 7]), .ended]
        )
    }

    @Test func `a watch releases its consumer at the end`() {
        weak var released: Source?
        let watch: ConsumerWatch
        do {
            let source = source()
            released = source
            watch = self.watch(source)
        }
        #expect(released != nil)
        watch.end()
        #expect(released == nil)
        watch.commit([Self.first: 7])
        #expect(journal.steps.isEmpty)
    }

    @Test(arguments: [true, false])
    func `a failed commit is a warning only for the member of a group`(
        isMember: Bool
    ) {
        let lines = Atomic(0)
        let logger = Logger(
            label: "test",
            format: .text,
            sink: LogSink { _ in lines.add(1, ordering: .relaxed) }
        )
        let source = source()
        source.refusal = KafkaError(code: RD_KAFKA_RESP_ERR__TIMED_OUT.rawValue)
        let watch = watch(source, isMember: isMember, logger: logger)
        watch.noteAssignment()
        watch.commit([Self.first: 7])
        #expect(journal.steps == [.committed([Self.first: 7])])
        #expect(lines.load(ordering: .relaxed) == (isMember ? 1 : 0))
    }

    @Test func `a cancelled loop ends its handler and commits what that has done`() async throws {
        let source = source([Self.first: 7], [Self.first: 8])
        let watch = watch(source)
        let (journal, last) = (journal, [Self.first: Int64(9)])
        // Not one of the test's own tasks, for that is not to be cancelled.
        nonisolated(unsafe) let loop = { () async throws in
            var handler = Handler(journal: journal, last: last)
            handler.handled = { withUnsafeCurrentTask { $0?.cancel() } }
            try await ConsumerLoop(watch: watch).run(source, &handler)
        }
        await #expect(throws: CancellationError.self) { try await Task { try await loop() }.value }
        #expect(
            journal.steps == [
                .handled([Self.first: 7]), .committed([Self.first: 7]), .ended,
                .committed([Self.first: 9]),
            ]
        )
    }

    @Test(arguments: [true, false])
    func `an added partition ends the loop of whoever is not given it by a group`(
        isMember: Bool
    ) async throws {
        let source = source([Self.first: 7], [Self.first: 8])
        source.partitions = 3
        var handler = Handler(journal: journal)
        try await ConsumerLoop(watch: watch(source, isMember: isMember)).run(source, &handler)
        #expect(journal.steps.contains(.handled([Self.first: 8])) == isMember)
        #expect(journal.steps.last == .ended)
    }

    @Test func `a member that has no partitions yet says so`() async throws {
        let source = source([:])
        source.assigned = nil
        var handler = Handler(journal: journal)
        try await ConsumerLoop(watch: watch(source)).run(source, &handler)
        #expect(
            health.checks().first?.reason == "waiting for the group to give out its partitions"
        )
    }

    @Test func `without a watch nothing is committed`() async throws {
        let source = source([Self.first: 7])
        var handler = Handler(journal: journal, last: [Self.first: 9])
        try await ConsumerLoop(watch: nil).run(source, &handler)
        #expect(journal.steps == [.handled([Self.first: 7]), .ended])
    }

    // MARK: Observing

    private final class Recording: StreamObserver {
        enum Call: Equatable {
            case handled([TopicPartition: Int], String)
            case committed([TopicPartition: Int64])
            case assigned([TopicPartition: Int64]?)
            case reached(Int64, TopicPartition)
        }

        private let state = Mutex<[Call]>([])

        var calls: [Call] { state.withLock { $0 } }

        private func note(_ call: Call) { state.withLock { $0.append(call) } }

        func handled(_ tally: EventTally, by group: String, in duration: Duration) {
            let totals = tally.parts.map { ($0.partition, $0.decoded) }
            note(.handled(Dictionary(uniqueKeysWithValues: totals), group))
        }

        func committed(_ offsets: [TopicPartition: Int64], of group: String) {
            note(.committed(offsets))
        }

        func assigned(_ partitions: [TopicPartition: Int64]?, to group: String) {
            note(.assigned(partitions))
        }

        func reached(
            _ offset: Int64,
            in partition: TopicPartition,
            lastRecord: Timestamp?,
            of group: String
        ) {
            note(.reached(offset, partition))
        }
    }

    @Test func `an observer learns of assignments, positions and commits`() async throws {
        let source = source([Self.first: 7], [:], [:])
        source.assigned = [Self.first: 5]
        source.partitions = 1
        source.polled = {
            if source.fetches.count == 1 { source.assigned = nil }
        }
        let observer = Recording()
        var handler = Handler(journal: journal)
        try await ConsumerLoop(watch: watch(source, observer: observer)).run(source, &handler)
        #expect(
            observer.calls == [
                .assigned([Self.first: 5]), .reached(7, Self.first),
                .committed([Self.first: 7]), .assigned(nil),
            ]
        )
    }
}
