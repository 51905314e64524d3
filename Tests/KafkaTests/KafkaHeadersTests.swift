import Testing

@testable import Kafka

struct KafkaHeadersTests {
    private let list = [
        KafkaHeader(name: "a", value: [0, 1]), KafkaHeader(name: "", value: []),
        KafkaHeader(name: "a", value: Array(repeating: 7, count: 70_000)),
        KafkaHeader(name: "null", value: nil), KafkaHeader(name: "ü", value: Array("ö".utf8)),
    ]

    @Test func `headers come out one by one as they went in`() {
        #expect(KafkaHeaders(list).list == list)
        #expect(KafkaHeaders([]).list.isEmpty)
        #expect(KafkaHeaders([]).count == 0)
    }

    @Test func `a value may be text, be written where it goes, or be none at all`() {
        var headers = KafkaHeaders(reservingBytes: 0)
        headers.append("text", "value")
        headers.append("written") { $0 += [1, 2] }
        headers.append("empty") { _ in }
        headers.appendNull("null")
        headers.append("last", "one")
        #expect(headers.count == 5)
        #expect(
            headers.list == [
                KafkaHeader(name: "text", value: Array("value".utf8)),
                KafkaHeader(name: "written", value: [1, 2]), KafkaHeader(name: "empty", value: []),
                KafkaHeader(name: "null", value: nil),
                KafkaHeader(name: "last", value: Array("one".utf8)),
            ]
        )
    }
}
