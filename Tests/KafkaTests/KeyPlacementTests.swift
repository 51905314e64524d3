import TestSupport
import Testing

@testable import Kafka

/// Which partition a key's messages go to: the one that Java's and aiokafka's producers take, so that
/// an order's events are in one partition whoever publishes them.
struct KeyPlacementTests {
    /// What Java's client makes of these keys: `UtilsTest.testMurmur2` of Apache Kafka
    /// (`org.apache.kafka.common.utils`).
    private static let murmur2: [(key: String, hash: Int32)] = [
        ("21", -973_932_308),
        ("foobar", -790_332_482),
        ("a-little-bit-long-string", -985_981_536),
        ("a-little-bit-longer-string", -1_486_304_829),
        ("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58_897_971),
        ("abc", 479_470_107),
    ]

    /// `BuiltInPartitioner.partitionForKey`: the hash without its sign bit, modulo.
    private func partition(_ hash: Int32, of count: Int32) -> Int32 { (hash & 0x7FFF_FFFF) % count }

    @Test(arguments: [3, 7, 100] as [Int32])
    func `a key goes where Java's producer places it`(partitions: Int32) async throws {
        let kafka = try KafkaFixture(partitions: partitions)
        try await kafka.withProducer { producer in
            for (key, hash) in Self.murmur2 {
                let place = try await producer.publish(kafka.message("m", key: key))
                #expect(place.partition == partition(hash, of: partitions), "\(key)")
            }
        }
    }

    @Test func `messages without a key are spread over all partitions`() async throws {
        let kafka = try KafkaFixture(partitions: 3)
        try await kafka.withProducer { producer in
            var seen: Set<Int32> = []
            // librdkafka takes another partition at random every 10 ms.
            for _ in 0..<5_000 where seen.count < 3 {
                seen.insert(try await producer.publish(kafka.message("m")).partition)
            }
            #expect(seen.count == 3)
        }
    }

    /// For topics that hold orders from before: by the CRC-32 of the key (ISO-HDLC), as librdkafka's
    /// own default has it.
    @Test func `another placement can be configured`() async throws {
        let kafka = try KafkaFixture(partitions: 100)
        let property = KafkaProperty("partitioner", "consistent_random")
        try await kafka.withProducer([property]) { producer in
            for (key, checksum) in [
                ("21", 4_252_452_532), ("foobar", 2_666_930_069), ("abc", 891_568_578),
            ] {
                let place = try await producer.publish(kafka.message("m", key: key))
                #expect(place.partition == Int32(checksum % 100), "\(key)")
            }
        }
    }
}
