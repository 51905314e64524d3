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

    @Test func `a value may be text or be written where it goes`() {
        let headers = KafkaHeaders(mostBytes: 100) { headers in
            headers.append(header: "text", "value")
            headers.append(header: "written") { value in
                value.append(1)
                value.append(2)
            }
            headers.append(header: "empty") { _ in }
            headers.append(header: "last", "one")
        }
        #expect(headers.count == 4)
        #expect(
            headers.list == [
                KafkaHeader(name: "text", value: Array("value".utf8)),
                KafkaHeader(name: "written", value: [1, 2]), KafkaHeader(name: "empty", value: []),
                KafkaHeader(name: "last", value: Array("one".utf8)),
            ]
        )
    }
}
