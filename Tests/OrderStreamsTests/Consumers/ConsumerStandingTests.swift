import TestSupport
import Testing

@testable import Kafka
@testable import OrderStreams

struct ConsumerStandingTests {
    private static let first = TopicPartition(topic: "events", partition: 0)
    private static let second = TopicPartition(topic: "events", partition: 1)

    /// What a broker would say.
    private final class Broker: ObservedConsumer {
        var topics = Broker.topic(partitions: 2)
        var isThere = true
        var ends: [TopicPartition: Int64] = [:]
        var refetched: [TopicPartition: Int64] = [:]

        static func topic(partitions: Int32, error: KafkaError? = nil) -> [TopicDescription] {
            let states = (0..<partitions).map {
                TopicDescription.Partition(number: $0, leader: 1, replicas: 1, inSync: 1)
            }
            return [TopicDescription(name: "events", error: error, states: states)]
        }

        func topics(
            _ names: [String],
            timeout: Duration
        ) throws(KafkaError) -> [TopicDescription] {
            guard isThere else { throw .topic("nobody there") }
            return topics
        }

        func refetch(_ partition: TopicPartition, from offset: Int64) {
            refetched[partition] = offset
        }

        func knownEnd(of partition: TopicPartition) -> Int64? { ends[partition] }

        let assigned: [TopicPartition: Int64]? = nil
        let generation = 0

        func commit(_ offsets: [TopicPartition: Int64]) {}
    }

    private let broker = Broker()
    private let clock = ManualClock()
    private let start: ManualClock.Instant

    init() { start = clock.now }

    private func look(_ standing: inout ConsumerStanding, after elapsed: Duration = .zero) {
        clock.advance(by: elapsed)
        standing.look(broker, MonotonicClock(now: { [clock] in clock.now }, sleep: { _ in }))
    }

    private func standing(maximumLag: Int64 = 100) -> ConsumerStanding {
        var standing = ConsumerStanding(
            topics: ["events"],
            maximumLag: maximumLag,
            now: start
        )
        standing.begin([Self.first: 0, Self.second: 0], now: start)
        return standing
    }

    /// A poll that brought records up to offsets, or ends.
    private func fetch(
        next: [TopicPartition: Int64] = [:],
        ends: [TopicPartition: Int64] = [:],
        troubles: [ConsumerTrouble] = []
    ) -> Fetch {
        var fetch = Fetch()
        fetch.nextOffsets = next
        fetch.ends = ends
        fetch.troubles = troubles
        return fetch
    }

    private func note(
        _ fetch: Fetch,
        _ standing: inout ConsumerStanding,
        after elapsed: Duration = .zero
    ) -> String? {
        standing.note(fetch, broker, now: start + elapsed)
        return standing.reason(broker, now: start + elapsed)
    }

    @Test func `all is well once every partition has shown its end`() {
        var standing = standing()
        #expect(note(fetch(), &standing) == "reading the topics to their end")
        #expect(note(fetch(ends: [Self.first: 0]), &standing) != nil)
        #expect(note(fetch(ends: [Self.second: 0]), &standing) == nil)
    }

    @Test func `where the end at the beginning is known it is enough to reach it`() {
        var standing = ConsumerStanding(topics: ["events"], maximumLag: 100, now: start)
        standing.begin([Self.first: 3], ends: [Self.first: 5], now: start)
        #expect(note(fetch(next: [Self.first: 4]), &standing) != nil)
        #expect(note(fetch(next: [Self.first: 5]), &standing) == nil)
    }

    @Test func `a partition in trouble is named, fetched anew, and heals with a record`() {
        var standing = standing()
        let ends = fetch(ends: [Self.first: 7, Self.second: 0])
        #expect(note(ends, &standing) == nil)
        let trouble = ConsumerTrouble(
            topic: "events",
            partition: 0,
            offset: 7,
            error: .topic("it cannot be read")
        )
        let reason = note(fetch(troubles: [trouble]), &standing)
        #expect(reason?.hasPrefix("events[0] at offset 7: it cannot be read") == true)
        look(&standing, after: ConsumerStanding.Limits.refetchInterval * 2)
        #expect(broker.refetched == [Self.first: 7])
        #expect(note(fetch(next: [Self.first: 8]), &standing) == nil)
    }

    @Test(arguments: [UnreadableRecords.stop, .skip])
    func `what can never be read is waited for, or passed over offset by offset`(
        _ unreadable: UnreadableRecords
    ) {
        var standing = ConsumerStanding(
            topics: ["events"],
            maximumLag: 100,
            unreadable: unreadable,
            now: start
        )
        standing.begin([Self.first: 5], now: start)
        let damaged = ConsumerTrouble(
            topic: "events",
            partition: 0,
            offset: 5,
            error: .badMessage
        )
        for _ in 0..<3 { #expect(note(fetch(troubles: [damaged]), &standing) != nil) }
        #expect(standing.takePassed().isEmpty)
        guard unreadable == .skip else {
            #expect(broker.refetched.isEmpty)
            return
        }
        #expect(broker.refetched == [Self.first: 8])
        #expect(note(fetch(next: [Self.first: 9]), &standing) == nil)
        #expect(standing.takePassed().map(\.offsets) == [5..<8])
        #expect(standing.takePassed().isEmpty)
    }

    @Test func `a transaction that holds a partition back is named after a while`() {
        var standing = standing()
        broker.ends = [Self.first: 9]
        let ends = fetch(ends: [Self.first: 7, Self.second: 0])
        #expect(note(ends, &standing) == "reading the topics to their end")
        let later = ConsumerStanding.Limits.transaction
        #expect(
            note(fetch(), &standing, after: later)
                == "events[0] is held back by an open transaction since offset 7"
        )
        #expect(note(fetch(ends: [Self.first: 9]), &standing, after: later) == nil)
    }

    @Test func `records that have come and are not polled yet are no transaction`() {
        var standing = standing()
        let ends = fetch(ends: [Self.first: 7, Self.second: 0])
        #expect(note(ends, &standing) == nil)
        broker.ends = [Self.first: 9]
        let later = ConsumerStanding.Limits.transaction * 2
        #expect(note(fetch(), &standing, after: later) == nil)
        #expect(note(fetch(next: [Self.first: 9]), &standing, after: later) == nil)
    }

    @Test func `lag is lost readiness, which comes back at half of it`() {
        var standing = standing()
        #expect(note(fetch(ends: [Self.first: 0, Self.second: 0]), &standing) == nil)
        broker.ends = [Self.first: 101]
        #expect(note(fetch(next: [Self.first: 1]), &standing) == nil)
        broker.ends = [Self.first: 102]
        #expect(note(fetch(), &standing) == "more than 100 events behind")
        #expect(note(fetch(next: [Self.first: 51]), &standing) != nil)
        #expect(note(fetch(next: [Self.first: 52]), &standing) == nil)
    }

    @Test func `a deleted topic is named, and one made anew is told of`() {
        var standing = standing()
        func look() -> Set<String> {
            self.look(&standing, after: ConsumerStanding.Limits.lookInterval)
            return standing.madeAnew
        }
        #expect(look().isEmpty)
        broker.topics = Broker.topic(partitions: 0, error: .topic("unknown"))
        #expect(look().isEmpty)
        #expect(
            standing.reason(broker, now: clock.now) == "topic events does not exist: it was deleted"
        )
        broker.topics = Broker.topic(partitions: 2)
        #expect(look() == ["events"])
        // Until it is consumed.
        #expect(look() == ["events"])
        standing.begin([Self.first: 0, Self.second: 0], now: start)
        #expect(look() == [])
    }

    @Test func `added partitions are told of`() {
        var standing = standing()
        broker.topics = Broker.topic(partitions: 3)
        #expect(!standing.hasOthers)
        look(&standing)
        #expect(standing.hasOthers)
        let third = TopicPartition(topic: "events", partition: 2)
        standing.begin([Self.first: 0, Self.second: 0, third: 0], now: start)
        #expect(!standing.hasOthers)
    }

    @Test func `a broker that is away is named, and connection errors by themselves are not`() {
        var standing = standing()
        _ = note(fetch(ends: [Self.first: 0, Self.second: 0]), &standing)
        let down = ConsumerTrouble(
            topic: nil,
            partition: nil,
            offset: nil,
            error: .allBrokersDown
        )
        // librdkafka says so when one has closed an idle connection.
        #expect(note(fetch(troubles: [down]), &standing) == nil)
        broker.isThere = false
        look(&standing)
        #expect(
            standing.reason(broker, now: start)?.hasPrefix("the broker cannot be reached") == true
        )
        broker.isThere = true
        look(&standing, after: ConsumerStanding.Limits.lookInterval)
        #expect(standing.reason(broker, now: start) == nil)
    }
}
