import Foundation
import Kafka
import Orders
import OrderGateway
import TestSupport
import Testing
@testable import OrderStreams

/// asyncapi.yaml beside what the program does.
@Suite(.enabled(if: ProcessInfo.processInfo.environment["TEST_PYTHON"] != nil))
struct AsyncAPITests {
    /// The document, after values were validated against schemas in it.
    private func document(_ pairs: [String] = []) async throws -> JSONValue {
        let python = try #require(ProcessInfo.processInfo.environment["TEST_PYTHON"])
        let here = URL(filePath: #filePath).deletingLastPathComponent()
        let root = here.appending(path: "../../..").standardized
        let folder = try TemporaryFolder()
        let input = try folder.write(pairs.joined(separator: "\n"), to: "pairs")
        let ending = try await ChildProcess.run(
            "/bin/sh",
            [
                "-c", "exec \"$0\" \"$1\" \"$2\" <\"$3\"", python,
                here.appending(path: "asyncapi.py").path,
                root.appending(path: "asyncapi.yaml").path, input,
            ]
        )
        guard ending.exitCode == 0 else { throw SupportError(ending.errorOutput) }
        return try JSONValue(parsing: ending.output)
    }

    @Test func `each topic is described as it is made`() async throws {
        let channels = try await document()["channels"]
        let described = channels.keys.map { channels[$0] }
        #expect(
            Set(described.map { $0["address"].string })
                == Set(EventTopics.specifications.map(\.name))
        )
        for topic in EventTopics.specifications {
            let channel = try #require(described.first { $0["address"].string == topic.name })
            let kafka = channel["bindings"]["kafka"]
            #expect(kafka["topic"].string == topic.name)
            #expect(kafka["partitions"].integer == Int(topic.partitions))
            let configuration = kafka["topicConfiguration"]
            #expect(configuration["cleanup.policy"] == .array([.string("delete")]))
            let retention = topic.retention / .milliseconds(1)
            #expect(configuration["retention.ms"].integer == Int(retention))
            #expect(configuration["retention.bytes"].integer == -1)
            #expect(configuration["max.message.bytes"].integer == topic.maximumMessageBytes)
        }
    }

    @Test func `each version of each event is described, by its schema`() async throws {
        let document = try await document()
        let messages = document["components"]["messages"]
        var names = Set(["DeadLetter"])
        for type in EventType.allCases {
            for version in EventVersion.allCases {
                let name = "\(type.rawValue)-\(version.rawValue)"
                names.insert(name)
                #expect(messages[name]["name"].string == type.rawValue)
                let schema = messages[name]["payload"]["schema"]["$ref"].string
                #expect(schema == "./Sources/Orders/Schemas/\(name).json")
                let channel = type.rawValue.hasPrefix("Order") ? "orders" : "inventory"
                let reference = document["channels"][channel]["messages"][name]["$ref"].string
                #expect(reference == "#/components/messages/\(name)")
            }
        }
        #expect(Set(messages.keys) == names)
    }

    @Test func `keys, headers and dead letters are as they are described`() async throws {
        var pairs: [String] = []
        try await withDev { gateway in
            let good = try await gateway.place()
            let bad = try await gateway.place(
                OrderText.order(customer: "c-2", product: "out-of-stock-1")
            )
            for value in ["no JSON", #"{"event_type":"OrderCreated"}"#] {
                try await gateway.kcat.produce(value, to: EventTopics.orders, key: "k")
            }
            try await gateway.view(of: good) { $0["status"] == "confirmed" }
            try await gateway.view(of: bad) { $0["status"] == "cancelled" }
            for topic in [EventTopics.orders, EventTopics.inventory] {
                let events = try await gateway.kcat.records(in: topic).filter { $0.key != "k" }
                #expect(events.count >= 2)
                for event in events {
                    pairs.append(pair("EventHeaders", headers(event)))
                    pairs.append(pair("OrderKey", "\"\(event.key ?? "")\""))
                }
            }
            try await eventually("dead letters") {
                try await gateway.kcat.records(in: EventTopics.deadLetters).count == 2
            }
            for letter in try await gateway.kcat.records(in: EventTopics.deadLetters) {
                pairs.append(pair("DeadLetterHeaders", headers(letter)))
                pairs.append(pair("DeadLetter", letter.payload ?? ""))
                let described = try await document()["components"]["schemas"]["DeadLetterHeaders"]
                for header in letter.headers where header.name.hasPrefix("__dlq.") {
                    #expect(described["properties"].keys.contains(header.name))
                }
            }
        }
        _ = try await document(pairs)
        // The check can fail.
        await #expect(throws: SupportError.self) {
            _ = try await document([#"{"schema":"OrderKey","value":"order-1"}"#])
        }
    }

    private func pair(_ schema: String, _ value: String) -> String {
        #"{"schema":"\#(schema)","value":\#(value)}"#
    }

    private func headers(_ record: Kcat.Record) -> String {
        let members = record.headers.map { "\"\($0.name)\":\"\($0.value ?? "")\"" }
        return "{\(members.joined(separator: ","))}"
    }
}
