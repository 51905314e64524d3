import CRdkafka
import Orders
import Testing

@testable import Kafka
@testable import OrderStreams

struct EventTallyTests {
    private let tally = EventTally()
    private let topic = "order-events"

    private func note(_ offsets: Range<Int64>, _ kind: EventTally.Kind = .event(.orderCreated)) {
        for offset in offsets { tally.note(topic, 0, at: offset, kind) }
    }

    private var total: Int { tally.parts.reduce(0) { $0 + $1.decoded + $1.passed } }

    @Test func `records count by partition and type`() {
        tally.begin()
        tally.note(topic, 0, at: 5, .event(.orderCreated))
        tally.note(topic, 1, at: 0, .event(.orderCancelled))
        tally.note("inventory-events", 0, at: 0, .event(.inventoryReserved))
        tally.note(topic, 0, at: 6, .other)
        tally.note(topic, 0, at: 7, .failure("not_json"))
        let counts = tally.parts.map { "\($0.partition) \($0.counts)" }
        #expect(
            counts == [
                "order-events[0] [1, 0, 0, 0, 2]", "order-events[1] [0, 1, 0, 0, 0]",
                "inventory-events[0] [0, 0, 1, 0, 0]",
            ]
        )
        #expect(tally.failures.map(\.errorClass) == ["not_json"])
    }

    @Test func `a batch that is completed does not count again`() {
        tally.begin()
        note(0..<5)
        tally.complete()
        tally.begin()
        note(3..<8)
        #expect(total == 3)
    }

    @Test func `a batch that failed counts when it is read again`() {
        tally.begin()
        note(0..<5, .failure("not_json"))
        tally.begin()
        #expect(tally.isEmpty)
        note(0..<5, .failure("not_json"))
        tally.complete()
        #expect(total == 5)
        #expect(tally.failures.count == 5)
    }

    @Test func `records that another consumer has decoded count once too`() {
        let place = TopicPartition(topic: topic, partition: 0)
        tally.begin()
        note(0..<5)
        tally.pass(3..<9, of: place)
        #expect(total == 9)
        tally.complete()
        tally.begin()
        tally.pass(0..<9, of: place)
        #expect(tally.isEmpty)
    }

    @Test func `a gap counts as failures`() {
        let place = TopicPartition(topic: topic, partition: 0)
        let error = KafkaError(code: RD_KAFKA_RESP_ERR__BAD_MSG.rawValue)
        tally.begin()
        tally.note(UnreadableGap(partition: place, offsets: 4..<7, error: error))
        #expect(
            tally.failures == [
                EventTally.Failure(partition: place, errorClass: "unreadable", count: 3)
            ]
        )
    }

    @Test func `a topic that was made anew begins anew`() {
        tally.begin()
        note(0..<5)
        tally.complete()
        tally.forget([topic])
        tally.begin()
        note(0..<2)
        #expect(total == 2)
    }

    @Test func `the indices of types are their positions`() {
        #expect(EventType.allCases.map(\.index) == Array(EventType.allCases.indices))
    }
}
