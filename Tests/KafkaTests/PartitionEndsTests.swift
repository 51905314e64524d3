import CRdkafka
import Testing

@testable import Kafka

struct PartitionEndsTests {
    private func partition(_ number: Int32, of topic: String = "a") -> TopicPartition {
        TopicPartition(topic: topic, partition: number)
    }

    private func topic(_ name: String, leaders: [Int32?]) -> TopicDescription {
        TopicDescription(
            name: name,
            error: nil,
            states: leaders.enumerated().map { number, leader in
                TopicDescription.Partition(
                    number: Int32(number),
                    leader: leader,
                    replicas: 1,
                    inSync: 1
                )
            }
        )
    }

    /// - Parameter silent: A partition whose leader does not answer.
    private func ends(_ topics: [TopicDescription], silent: [TopicPartition]) throws
        -> PartitionEnds
    {
        try PartitionEnds(of: topics) { partitions throws(KafkaError) in
            // As librdkafka does, which tells no end unless all are there.
            guard Set(partitions).isDisjoint(with: silent) else {
                return Client.LookUp(
                    error: RD_KAFKA_RESP_ERR__TIMED_OUT,
                    problem: nil,
                    offsets: Dictionary(uniqueKeysWithValues: partitions.map { ($0, -1) })
                )
            }
            return Client.LookUp(
                error: RD_KAFKA_RESP_ERR_NO_ERROR,
                problem: nil,
                offsets: Dictionary(
                    uniqueKeysWithValues: partitions.map { ($0, Int64($0.partition) * 10) }
                )
            )
        }
    }

    @Test func `a leader that does not answer hides only the ends of its own partitions`() throws {
        let topics = [
            topic("a", leaders: [1, 2, 3, nil]), topic("b", leaders: [2, 1]),
        ]
        let found = try ends(topics, silent: [partition(1)])
        #expect(
            found.ends == [partition(0): 0, partition(2): 20, partition(1, of: "b"): 10]
        )
        #expect(found.end(of: partition(2)).problem == nil)
        #expect(found.end(of: partition(1)).problem?.hasPrefix("broker 2 did not tell") == true)
        #expect(found.end(of: partition(0, of: "b")).end == nil)
        #expect(found.end(of: partition(3)).problem == "the partition has no leader")
        #expect(found.failure != nil)
    }

    @Test func `without any answer the error is known, and without topics there is none`() throws {
        let found = try ends([topic("a", leaders: [1])], silent: [partition(0)])
        #expect(found.ends.isEmpty)
        #expect(found.failure?.isConnectionError == true)
        #expect(try ends([], silent: []).failure == nil)
    }
}
