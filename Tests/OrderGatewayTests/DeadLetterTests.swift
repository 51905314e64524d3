import Foundation
import Kafka
import Orders
import TestSupport
import Testing

@testable import OrderGateway
@testable import ReadModel

struct DeadLetterTests {
    private func letter(
        _ value: [UInt8]?,
        key: [UInt8]? = Array("key".utf8),
        _ error: EventError = .missing(pointer: "/event_id")
    ) -> ProducerMessage {
        DeadLetter.message(
            RejectedRecord(
                topic: "order-events",
                partition: 2,
                offset: 42,
                value: value,
                error: error
            ),
            key: key,
            group: "order-gateway",
            attempts: 1,
            at: Timestamp(millisecondsSinceEpoch: 1_800_000_000_123)
        )
    }

    @Test(arguments: [
        #"{"event_type": "OrderCreated",  "n": 1.50}"#, "[]", "null", #""text""#, " 1 \n",
        "{\"a\":\"é\"}",
    ])
    func `JSON is kept as it is`(_ text: String) throws {
        let message = letter(Array(text.utf8))
        #expect(message.topic == "dead-letter-queue")
        #expect(message.key == Array("key".utf8))
        let expected =
            #"{"original_event":\#(text),"error":"/event_id is missing","#
            + #""timestamp":"2027-01-15T08:00:00.123Z"}"#
        #expect(String(decoding: message.value, as: UTF8.self) == expected)
        #expect(try JSONValue(parsing: message.value)["original_encoding"] == .null)
    }

    @Test(
        arguments: [
            [], Array("poison".utf8), [0xFF, 0x00, 0xFE], Array("{\"a\":1".utf8),
            Array("{} {}".utf8),
            [0x22, 0xC3, 0x28, 0x22],
        ] as [[UInt8]]
    )
    func `other bytes are kept in base64`(_ bytes: [UInt8]) throws {
        let json = try JSONValue(parsing: letter(bytes).value)
        #expect(json.keys == ["error", "original_encoding", "original_event", "timestamp"])
        #expect(json["original_encoding"] == "base64")
        let text = try #require(json["original_event"].string)
        #expect(Data(base64Encoded: text).map { Array($0) } == bytes)
    }

    @Test func `a tombstone is null`() throws {
        let message = letter(nil, key: nil, .noValue)
        #expect(message.key == nil)
        let json = try JSONValue(parsing: message.value)
        #expect(json.keys == ["error", "original_event", "timestamp"])
        #expect(json["original_event"] == .null)
        #expect(json["error"] == "the record has no value")
    }

    @Test func `the headers say where it came from and what was wrong`() {
        let headers = letter(nil).headers.map {
            "\($0.name): \(String(decoding: $0.value, as: UTF8.self))"
        }
        #expect(
            headers == [
                "content-type: application/json",
                "__dlq.errors.topic: order-events",
                "__dlq.errors.partition: 2",
                "__dlq.errors.offset: 42",
                "__dlq.errors.consumer.group: order-gateway",
                "__dlq.errors.attempts: 1",
                "__dlq.errors.class: EventError",
                "__dlq.errors.message: /event_id is missing",
            ]
        )
    }

    @Test func `any bytes make a letter that can be read`() throws {
        try withSeededGenerator { generator in
            for _ in 0..<500 {
                let count = Int.random(in: 0...20, using: &generator)
                let bytes = (0..<count).map { _ in
                    Bool.random(using: &generator)
                        ? Array("{}[]\",:0 a".utf8).randomElement(using: &generator) ?? 0
                        : UInt8.random(in: .min ... .max, using: &generator)
                }
                let json = try JSONValue(parsing: letter(bytes).value)
                #expect(json["error"] == "/event_id is missing")
            }
        }
    }
}
