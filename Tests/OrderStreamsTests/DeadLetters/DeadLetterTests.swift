import Foundation
import Orders
import TestSupport
import Testing

@testable import Kafka
@testable import OrderStreams
import Text

struct DeadLetterTests {
    private func letter(
        _ value: [UInt8]?,
        key: [UInt8]? = Array("key".utf8),
        _ error: EventError = .missing(pointer: "/event_id")
    ) -> ProducerMessage {
        deadLetter(value, key: key, error).message
    }

    private func deadLetter(
        _ value: [UInt8]?,
        key: [UInt8]? = Array("key".utf8),
        headers: [KafkaHeader] = [],
        _ error: EventError = .missing(pointer: "/event_id")
    ) -> DeadLetter {
        DeadLetter(
            record(value, key: key, headers: headers, offset: 42),
            error: error,
            group: "order-service",
            at: Timestamp(millisecondsSinceEpoch: 1_800_000_000_123)
        )
    }

    private func record(
        _ value: [UInt8]?,
        key: [UInt8]?,
        headers: [KafkaHeader],
        offset: Int64
    ) -> ConsumedRecord {
        ConsumedRecord(
            topic: "order-events",
            partition: 2,
            offset: offset,
            timestamp: nil,
            key: key,
            value: value,
            headers: headers
        )
    }

    /// What the dead-letter topic gives back.
    private func read(_ message: ProducerMessage) -> DeadLetter? {
        DeadLetter(
            record(message.value, key: message.key, headers: message.headers, offset: 0)
        )
    }

    @Test(arguments: [
        #"{"event_type": "OrderCreated",  "n": 1.50}"#, "[]", #""text""#, " 1 \n",
        "{\"a\":\"é\"}",
    ])
    func `JSON is kept as it is`(_ text: String) throws {
        let message = letter(Array(text.utf8))
        #expect(message.topic == "dead-letter-queue")
        #expect(message.key == Array("key".utf8))
        let expected =
            #"{"original_event":\#(text),"error":"/event_id is missing","#
            + #""timestamp":"2027-01-15T08:00:00.123Z"}"#
        #expect(String(decoding: message.value ?? [], as: UTF8.self) == expected)
        #expect(try JSONValue(parsing: message.value ?? [])["original_encoding"] == .null)
    }

    @Test(
        arguments: [
            [], Array("poison".utf8), [0xFF, 0x00, 0xFE], Array("{\"a\":1".utf8),
            Array("{} {}".utf8), Array("null".utf8), Array(" null\n".utf8), Array("1,2".utf8),
            Array((String(repeating: "[", count: 64) + String(repeating: "]", count: 64)).utf8),
            [0x22, 0xC3, 0x28, 0x22],
        ] as [[UInt8]]
    )
    func `other bytes are kept in base64`(_ bytes: [UInt8]) throws {
        let json = try JSONValue(parsing: letter(bytes).value ?? [])
        #expect(json.keys == ["error", "original_encoding", "original_event", "timestamp"])
        #expect(json["original_encoding"] == "base64")
        let text = try #require(json["original_event"].string)
        #expect(Data(base64Encoded: text).map { Array($0) } == bytes)
    }

    @Test func `a tombstone is null`() throws {
        let message = letter(nil, key: nil, .noValue)
        #expect(message.key == nil)
        let json = try JSONValue(parsing: message.value ?? [])
        #expect(json.keys == ["error", "original_event", "timestamp"])
        #expect(json["original_event"] == .null)
        #expect(json["error"] == "the record has no value")
    }

    @Test func `the headers say where it came from and what was wrong`() {
        let headers = letter(nil).headers.map {
            "\($0.name): \($0.value.map { String(decoding: $0, as: UTF8.self) } ?? "null")"
        }
        #expect(
            headers == [
                "content-type: application/json",
                "__dlq.errors.topic: order-events",
                "__dlq.errors.partition: 2",
                "__dlq.errors.offset: 42",
                "__dlq.errors.group: order-service",
                "__dlq.errors.delivery.count: 1",
                "__dlq.errors.class: missing_member",
                "__dlq.errors.message: /event_id is missing",
            ]
        )
    }

    @Test func `the original's own headers stay, and its type is not the letter's`() {
        let own = [
            KafkaHeader(name: "content-type", value: Array("text/plain".utf8)),
            KafkaHeader(name: "correlation_id", value: Array("c-1".utf8)),
            KafkaHeader(name: "__dlq.errors.topic", value: Array("another".utf8)),
        ]
        let letter = deadLetter([1], headers: own)
        let names = letter.message.headers.map(\.name)
        #expect(names.count { $0 == "__dlq.errors.topic" } == 1)
        #expect(names.count { $0 == "content-type" } == 1)
        #expect(read(letter.message)?.headers == Array(own.prefix(2)))
    }

    @Test func `a header whose value is null goes there and back as null`() throws {
        let own = [KafkaHeader(name: "none", value: nil), KafkaHeader(name: "empty", value: [])]
        let found = try #require(read(deadLetter([1], headers: own).message))
        #expect(found.headers == own)
        let back = RedriveMark.record(found)
        #expect(Array(back.headers.prefix(2)) == own)
    }

    @Test func `a record that was redriven counts its deliveries`() {
        let first = deadLetter([1])
        #expect(first.deliveryCount == 1)
        let back = RedriveMark.record(first)
        #expect(back.topic == "order-events")
        #expect(back.partition == 2)
        #expect(back.key == first.key)
        let second = deadLetter([1], headers: back.headers)
        #expect(second.deliveryCount == 2)
        let third = deadLetter([1], headers: RedriveMark.record(second).headers)
        #expect(third.deliveryCount == 3)
        #expect(third.headers.count { $0.name == "__dlq.redriven.from" } == 1)
    }

    @Test func `a mark names the letter that was redriven`() {
        let letter = deadLetter([1])
        let mark = RedriveMark.message(letter)
        let consumed = record(mark.value, key: mark.key, headers: mark.headers, offset: 7)
        #expect(RedriveMark.redriven(consumed) == letter.id)
        #expect(DeadLetter(consumed) == nil)
    }

    @Test func `a letter shrinks down to the place of its original and a few words`() throws {
        let long = String(repeating: "x", count: 5_000)
        let headers = [KafkaHeader(name: "theirs", value: Array(long.utf8))]
        let letter = DeadLetter(
            record(Array(long.utf8), key: Array(long.utf8), headers: headers, offset: 7),
            error: .wrongType(pointer: "/" + long, expected: "a string"),
            group: "group",
            at: Timestamp(millisecondsSinceEpoch: 0)
        )
        let messages = letter.shrinking.map(\.message)
        let sizes = messages.map(\.bytes)
        #expect(sizes == sizes.sorted(by: >))
        // Its headers tell the place and, once more, the error.
        #expect(try #require(sizes.last) < 1_000)
        for message in messages { #expect(read(message)?.id == letter.id) }
        #expect(read(messages[1])?.original == .omitted)
        #expect(read(messages[1])?.headers == headers)
    }

    @Test(arguments: [[0x7B, 0x7D], nil] as [[UInt8]?])
    func `what a shrunk letter leaves out is had from its original`(_ value: [UInt8]?) throws {
        let headers = [KafkaHeader(name: "theirs", value: [1]), KafkaHeader(name: "b", value: nil)]
        let letter = deadLetter(value, headers: headers)
        let original = record(
            value,
            key: letter.key,
            headers: headers,
            offset: letter.id.offset
        )
        for shrunk in letter.shrinking.dropFirst(2) {
            let found = try #require(read(shrunk.message))
            #expect(found.original == .omitted)
            #expect(found.headers.isEmpty)
            let back = RedriveMark.record(found.restored(from: original))
            let whole = RedriveMark.record(letter)
            #expect(back.key == whole.key)
            #expect(back.value == whole.value)
            #expect(back.headers == whole.headers)
        }
    }

    /// A record of the dead-letter topic that another service has written there.
    private func foreign(_ value: String, headers: [KafkaHeader] = []) -> ConsumedRecord {
        ConsumedRecord(
            topic: "dead-letter-queue",
            partition: 0,
            offset: 17,
            timestamp: 1_800_000_000_999,
            key: Array("k".utf8),
            value: Array(value.utf8),
            headers: headers
        )
    }

    @Test func `a letter of a Python service is read as far as it says something`() throws {
        let headers = [KafkaHeader(name: "content-type", value: Array("application/json".utf8))]
        let letter = try #require(
            DeadLetter(
                foreign(
                    #"{"original_event": {"a": 1}, "error": "KeyError: 'items'", "#
                        + #""timestamp": "2026-11-23T12:36:09.123456"}"#,
                    headers: headers
                )
            )
        )
        #expect(letter.id == DeadLetterID("dead-letter-queue/0/17"))
        #expect(!letter.isOriginKnown)
        #expect(letter.key == Array("k".utf8))
        #expect(letter.headers == headers)
        #expect(letter.original == .value(Array(#"{"a": 1}"#.utf8)))
        #expect(letter.error == "KeyError: 'items'")
        #expect(letter.errorClass.isEmpty && letter.group.isEmpty)
        #expect(letter.timestamp == Timestamp("2026-11-23T12:36:09.123Z"))
        #expect(deadLetter([1]).isOriginKnown)
    }

    @Test(arguments: [
        (#"{"error":"e"}"#, #"{"error":"e"}"#, "e"),
        (#"{"original_event":"text","error":{"code":5}}"#, #""text""#, #"{"code":5}"#),
        (#"{"original_event":[1],"error":null,"timestamp":1795437369.5}"#, "[1]", ""),
        (#"{"original_event":1,"timestamp":"yesterday"}"#, "1", ""),
        (#"{"original_event":"eA==","original_encoding":"base32"}"#, #""eA==""#, ""),
        ("nonsense", "nonsense", ""), ("", "", ""), ("[]", "[]", ""),
    ])
    func `whatever stands in the topic is a letter`(
        _ value: String,
        _ original: String,
        _ error: String
    ) throws {
        let letter = try #require(DeadLetter(foreign(value)))
        #expect(letter.original == .value(Array(original.utf8)))
        #expect(letter.error == error)
        #expect(!letter.isOriginKnown)
        // When it says no time itself, that of its record.
        #expect(letter.timestamp == Timestamp(millisecondsSinceEpoch: 1_800_000_000_999))
    }

    @Test func `an original that is null is none`() throws {
        let letter = try #require(DeadLetter(foreign(#"{"original_event":null,"error":"e"}"#)))
        #expect(letter.original == .tombstone)
    }

    @Test(arguments: ["order-events/2/42", "a/0/0"])
    func `an id is what it is written as`(_ text: String) {
        #expect(DeadLetterID(text)?.description == text)
    }

    @Test(arguments: ["", "order-events", "a/1", "a/-1/0", "a/0/-1", "/0/0", "a/b/c", "a/0/0/0"])
    func `other texts are no ids`(_ text: String) {
        #expect(DeadLetterID(text) == nil)
    }

    @Test func `what the topic gives back is the letter that was sent`() throws {
        try withSeededGenerator { generator in
            for _ in 0..<500 {
                let count = Int.random(in: 0...20, using: &generator)
                let bytes = (0..<count).map { _ in
                    Bool.random(using: &generator)
                        ? Array("{}[]\",:0 a".utf8).randomElement(using: &generator) ?? 0
                        : UInt8.random(in: .min ... .max, using: &generator)
                }
                let letter = deadLetter(Int.random(in: 0..<9, using: &generator) == 0 ? nil : bytes)
                let found = try #require(read(letter.message))
                // White space around JSON says nothing and is not kept.
                if case .value(let value) = found.original, JSONReader.isValid(bytes) {
                    let space: [UInt8] = [0x20, 0x09, 0x0A, 0x0D]
                    #expect(value == bytes.trimming { space.contains($0) } || value == bytes)
                } else {
                    #expect(found == letter)
                }
            }
        }
    }
}

extension [UInt8] {
    fileprivate func trimming(_ isSpace: (UInt8) -> Bool) -> [UInt8] {
        Array(Array(drop(while: isSpace)).reversed().drop(while: isSpace).reversed())
    }
}
