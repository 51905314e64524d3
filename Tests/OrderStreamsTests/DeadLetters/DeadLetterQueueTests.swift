import Orders
import ReadModel
import TestSupport
import Testing

@testable import Kafka
@testable import OrderStreams
@testable import Telemetry

/// What cannot be processed, from the topic to the dead letters and back.
struct DeadLetterQueueTests {
    private func withFlow(_ body: (EventFlowFixture) async throws -> Void) async throws {
        let flow = try EventFlowFixture()
        do {
            try await body(flow)
        } catch {
            await flow.close()
            throw error
        }
        await flow.close()
    }

    private func poison(
        _ value: [UInt8]?,
        to topic: String = EventTopics.orders,
        key: String? = "k"
    ) -> ProducerMessage {
        ProducerMessage(
            topic: topic,
            key: key.map { Array($0.utf8) },
            value: value,
            headers: [KafkaHeader(name: "correlation_id", value: Array("c-9".utf8))],
            partition: 1
        )
    }

    @Test func `every kind of poison is buried once, as it was`() async throws {
        try await withFlow { flow in
            let event = #"{"event_type":"OrderCreated","event_version":"9.0"}"#
            let values: [[UInt8]?] = [
                Array("not JSON".utf8), [], nil, [0xFF, 0xFE], Array("{}".utf8),
                Array("null".utf8), Array(event.utf8),
                Array(#"{"event_type":"OrderCreated","event_version":"1.0"}"#.utf8),
                Array(#"{"event_type":5}"#.utf8),
                [UInt8](repeating: UInt8(ascii: "x"), count: 5 * 1024 * 1024),
            ]
            for value in values {
                try await flow.publish(poison(value))
                try await flow.publish(poison(value, to: EventTopics.inventory, key: nil))
            }
            let letters = try await flow.withSaga {
                try await flow.waitForLetters(values.count * 2)
            }
            #expect(letters.count == values.count * 2)
            for topic in [EventTopics.orders, EventTopics.inventory] {
                let own = letters.filter { $0.id.topic == topic }
                    .sorted { $0.id.offset < $1.id.offset }
                let offsets = (0..<10).map { Int64($0) }
                let originals: [DeadLetter.Original] = values.map { value in
                    if let value { .value(value) } else { .tombstone }
                }
                #expect(own.map(\.id.offset) == offsets)
                #expect(own.map(\.original) == originals)
                #expect(own.allSatisfy { $0.id.partition == 1 && $0.group == "order-service" })
                let key = topic == EventTopics.orders ? Array("k".utf8) : nil
                #expect(own.allSatisfy { $0.key == key })
                #expect(own.allSatisfy { $0.headers.map(\.name) == ["correlation_id"] })
                #expect(
                    own.map(\.errorClass) == [
                        "not_json", "not_json", "no_value", "not_json", "missing_member",
                        "wrong_type", "unknown_version", "missing_member", "wrong_type",
                        "too_large",
                    ]
                )
            }
        }
    }

    @Test func `a record whose version has become known is redriven and applied`() async throws {
        try await withFlow { flow in
            let id = EventFlowFixture.orderID(1)
            let letter = try await flow.withSaga(versions: [.v1_0]) {
                try await flow.publish(EventFlowFixture.created(id), version: .v2_0)
                return try #require(try await flow.waitForLetters(1).first)
            }
            #expect(letter.errorClass == "unknown_version")
            try await flow.withProjection(versions: [.v1_0]) { readModel in
                try await eventually("the projection to catch up") {
                    flow.reason(.projection) == nil
                }
                #expect(try await readModel.view(of: id) == nil)
            }

            var outcomes: [(DeadLetterID, DeadLetterQueue.Outcome)] = []
            let missing = try await flow.deadLetters.redrive([letter.id], force: false) {
                outcomes.append(($0, $1))
            }
            #expect(missing.isEmpty)
            #expect(outcomes.map(\.0) == [letter.id])
            guard case .redriven(let partition, _) = outcomes.first?.1 else {
                Issue.record("\(outcomes)")
                return
            }
            #expect(partition.partition == letter.id.partition)
            try await flow.withProjection { readModel in
                try await eventually("the order") { try await readModel.view(of: id) != nil }
            }
            #expect(try await flow.letters().map(\.isRedriven) == [true])
        }
    }

    @Test func `nothing is redriven twice, and what still fails only by force`() async throws {
        try await withFlow { flow in
            let event = #"{"event_type":"OrderCreated","event_version":"9.0"}"#
            try await flow.publish(poison(Array(event.utf8)))
            try await flow.withSaga {
                let letter = try #require(try await flow.waitForLetters(1).first)
                func redrive(force: Bool) async throws -> String {
                    var outcomes: [DeadLetterQueue.Outcome] = []
                    _ = try await flow.deadLetters.redrive([letter.id], force: force) {
                        outcomes.append($1)
                    }
                    return "\(outcomes)"
                }
                #expect(try await redrive(force: false).contains("stillUnprocessable"))
                #expect(try await flow.letters().map(\.isRedriven) == [false])
                #expect(try await redrive(force: true).contains("redriven(to"))
                #expect(try await redrive(force: true).contains("wasRedrivenBefore"))
                // It failed again, and is a letter of its own that counts its deliveries.
                let letters = try await flow.waitForLetters(2)
                #expect(letters.map(\.deliveryCount) == [1, 2])
                #expect(letters.map(\.original) == [letter.original, letter.original])
                #expect(letters[0].id != letters[1].id)
            }
        }
    }

    @Test func `a record that was buried twice is listed once`() async throws {
        try await withFlow { flow in
            try await flow.publish(poison(Array("x".utf8)))
            let letter = try await flow.withSaga {
                try #require(try await flow.waitForLetters(1).first)
            }
            try await flow.publish(letter.message)
            #expect(try await flow.letters().count == 1)
        }
    }

    @Test func `a letter without its original is redriven from the topic`() async throws {
        try await withFlow { flow in
            let id = EventFlowFixture.orderID(2)
            let place = try await flow.publish(EventFlowFixture.created(id), version: .v2_0)
            let letter = try await flow.withSaga(versions: [.v1_0]) {
                try #require(try await flow.waitForLetters(1).first)
            }
            #expect(letter.id.offset == place.offset)
            let other = try EventFlowFixture()
            var outcomes: [DeadLetterQueue.Outcome] = []
            // Another broker's dead letters: there is no such original.
            try await other.publish(letter.shrinking[1].message)
            _ = try await other.deadLetters.redrive(nil, force: false) { outcomes.append($1) }
            #expect("\(outcomes)" == "[OrderStreams.DeadLetterQueue.Outcome.originalGone]")
            await other.close()
        }
    }

    @Test func `a letter of another service is listed, and cannot be redriven`() async throws {
        try await withFlow { flow in
            let value = #"{"original_event": {}, "error": "e", "timestamp": "2026-11-23T12:36:09"}"#
            for _ in 0..<2 {
                try await flow.publish(
                    ProducerMessage(
                        topic: EventTopics.deadLetters,
                        key: nil,
                        value: Array(value.utf8)
                    )
                )
            }
            let ids = try await flow.letters().map(\.letter.id.description)
            #expect(ids == ["dead-letter-queue/0/0", "dead-letter-queue/0/1"])
            for force in [false, true] {
                var outcomes: [DeadLetterQueue.Outcome] = []
                let missing = try await flow.deadLetters.redrive(nil, force: force) {
                    outcomes.append($1)
                }
                #expect(missing.isEmpty)
                #expect(outcomes.count == 2)
                #expect(
                    outcomes.allSatisfy { if case .originNotKnown = $0 { true } else { false } }
                )
            }
            #expect(try await flow.letters().map(\.isRedriven) == [false, false])
        }
    }

    @Test func `an id that there is not is told`() async throws {
        try await withFlow { flow in
            let id = try #require(DeadLetterID("order-events/0/99"))
            let missing = try await flow.deadLetters.redrive([id], force: false) { _, _ in }
            #expect(missing == [id])
        }
    }
}
