import Foundation
import TestSupport
import Testing

@testable import Kafka

/// A Kafka client for Python as PyPI has it, without extras and with its default settings.
enum PythonClient: String, CaseIterable {
    case aiokafka
    case kafkaPython = "kafka-python"
    case confluentKafka = "confluent-kafka"

    /// Whether the environment's `TEST_PYTHON` names a Python that has them; `make test` sees to it.
    static var isAvailable: Bool { python != nil }

    private static var python: String? { ProcessInfo.processInfo.environment["TEST_PYTHON"] }

    /// Publishes messages of every shape, and expects that the client reads all of them as they were
    /// published, each in the partition in which aiokafka places its key.
    ///
    /// - Parameters:
    ///   - topic: A new topic of three partitions.
    ///   - configuration: For our producer.
    func expectReads(topic: String, _ configuration: ClientConfiguration) async throws {
        try await withSeededGenerator { generator in
            let messages = Self.messages(topic: topic, &generator)
            let producer = try Producer(configuration, .delivering(within: .seconds(60)))
            let outcomes = await producer.publish(messages)
            await producer.close()
            let published = try zip(messages, outcomes).map { message, outcome in
                try line(message, partition: outcome.get().partition)
            }
            let read = try await lines(
                topic: topic,
                servers: configuration.bootstrapServers,
                count: messages.count
            )
            #expect(read.sorted() == published.sorted())
        }
    }

    /// Enough for batches that a codec makes smaller, with keys of order ids and of other lengths.
    private static func messages(
        topic: String,
        _ generator: inout SeededGenerator
    ) -> [ProducerMessage] {
        let headers = [
            KafkaHeader(name: "content-type", value: Array("application/json".utf8)),
            KafkaHeader(name: "empty", value: []), KafkaHeader(name: "null", value: nil),
        ]
        let keys =
            (0..<40).map { length in
                String(decoding: RandomText.bytes(length, &generator), as: UTF8.self)
            } + (0..<200).map { _ in RandomText.uuid(&generator) }
        return keys.map { key in
            let value = #"{"event_type":"OrderCreated","data":{"order_id":"\#(key)"}}"#
            return ProducerMessage(
                topic: topic,
                key: Array(key.utf8),
                value: key.count == 7 ? nil : Array(value.utf8),
                headers: headers
            )
        }
    }

    /// What `read.py` prints of a message.
    private func line(_ message: ProducerMessage, partition: Int32) -> String {
        func text(_ bytes: [UInt8]?) -> String {
            guard let bytes else { return "-" }
            return bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        }
        let headers = message.headers.map { "\($0.name)=\(text($0.value))" }
        return "\(partition) \(partition) \(text(message.key)) \(text(message.value)) "
            + headers.joined(separator: ",")
    }

    private func lines(topic: String, servers: String, count: Int) async throws -> [String] {
        let python = try #require(Self.python)
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "read.py")
        let ending = try await ChildProcess.run(
            python,
            [script.path, rawValue, servers, topic, "\(count)"],
            within: .seconds(120)
        )
        #expect(ending.exitCode == 0, "\(ending.errorOutput)")
        return ending.text.split(separator: "\n").map(String.init)
    }
}
