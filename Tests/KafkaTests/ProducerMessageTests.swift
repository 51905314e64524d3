import Testing

@testable import Kafka

struct ProducerMessageTests {
    private let list = [
        KafkaHeader(name: "a", value: [0, 1]), KafkaHeader(name: "", value: []),
        KafkaHeader(name: "a", value: Array(repeating: 7, count: 70_000)),
        KafkaHeader(name: "null", value: nil), KafkaHeader(name: "ü", value: Array("ö".utf8)),
    ]

    @Test(arguments: [nil, [], [1, 2]] as [[UInt8]?], [nil, [], [3]] as [[UInt8]?])
    func `key, value and headers come out as they went in`(_ key: [UInt8]?, _ value: [UInt8]?) {
        for headers in [list, []] {
            let message = ProducerMessage(topic: "t", key: key, value: value, headers: headers)
            #expect(message.key == key)
            #expect(message.value == value)
            #expect(message.headers == headers)
            #expect(message.hasHeaders == !headers.isEmpty)
        }
    }

    @Test func `an empty key or value is not null to librdkafka`() {
        let message = ProducerMessage(topic: "t", key: [], value: [])
        #expect(message.withKey { $0?.baseAddress } != nil)
        #expect(message.withValue { $0?.baseAddress } != nil)
    }

    @Test func `all parts may be written where they go`() {
        let message = ProducerMessage(
            topic: "t",
            mostBytes: 100,
            headers: { headers in
                headers.append(header: "text", "value")
                headers.append(header: "written") { value in
                    value.append(1)
                    value.append(2)
                }
                headers.append(header: "empty") { _ in }
                headers.append(header: "last", "one")
            },
            key: { $0.append(3) },
            value: { value in
                value.append(4)
                value.append(5)
            }
        )
        #expect(
            message.headers == [
                KafkaHeader(name: "text", value: Array("value".utf8)),
                KafkaHeader(name: "written", value: [1, 2]), KafkaHeader(name: "empty", value: []),
                KafkaHeader(name: "last", value: Array("one".utf8)),
            ]
        )
        #expect(message.key == [3])
        #expect(message.value == [4, 5])
    }
}
