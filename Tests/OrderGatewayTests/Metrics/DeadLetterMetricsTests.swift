@testable import Kafka
import Orders
import Testing
import Text

@testable import OrderGateway
@testable import OrderStreams
@testable import Telemetry

struct DeadLetterMetricsTests {
    private let metrics = DeadLetterMetrics(
        topics: ["order-events", "other"],
        errorClasses: StreamMetrics.errorClasses
    )
    private let orderID = "01a208ab-2d4b-7462-a68f-bd57fe5ff2bf"

    private func letter(
        _ value: String,
        topic: String = "order-events",
        offset: Int64 = 7,
        key: String? = nil,
        headers: [KafkaHeader] = [],
        error: EventError = .missing(pointer: "/data")
    ) -> DeadLetter {
        let record = ConsumedRecord(
            topic: topic,
            partition: 2,
            offset: offset,
            timestamp: nil,
            key: key.map { Array($0.utf8) },
            value: Array(value.utf8),
            headers: headers
        )
        let time = Timestamp(millisecondsSinceEpoch: 1_800_000_000_000)
        return DeadLetter(record, error: error, group: "g", at: time)
    }

    private var text: String {
        let registry = MetricsRegistry()
        registry.register(metrics.family)
        return String(decoding: registry.text(.prometheus), as: UTF8.self)
    }

    @Test func `letters count by topic and error, of which there are only so many`() {
        metrics.note(letter("{}"))
        metrics.note(letter("{}"))
        metrics.note(letter("{}", topic: "a-topic-of-somebody-else", error: .noValue))
        let name = "dead_letters_total"
        let labels = #"messaging_destination_name="order-events",error_class="missing_member""#
        #expect(text.contains("\(name){\(labels)} 2\n"))
        let other = #"messaging_destination_name="other",error_class="no_value""#
        #expect(text.contains("\(name){\(other)} 1\n"))
        #expect(!text.contains("somebody"))
        #expect(metrics.total == 3)
    }

    @Test func `a class that is 0 is there before it counts`() {
        let labels = #"messaging_destination_name="order-events",error_class="unreadable""#
        #expect(text.contains("{\(labels)} 0\n"))
    }

    @Test func `a letter names its record, its event and its reason`() throws {
        metrics.note(letter(#"{"event_id":1,"event_type":"OrderCreated"}"#, key: orderID))
        let recent = try #require(metrics.recent.first)
        #expect("\(recent.topic) \(recent.partition) \(recent.offset)" == "order-events 2 7")
        #expect(recent.eventType == "OrderCreated")
        #expect(recent.orderID == OrderID(orderID))
        #expect(recent.errorClass == "missing_member")
        #expect(recent.error == "/data is missing")
    }

    @Test func `a header names the event before its value does`() {
        let header = KafkaHeader(name: "ce_type", value: Array("FromHeader".utf8))
        metrics.note(letter(#"{"event_type":"FromValue"}"#, headers: [header]))
        #expect(metrics.recent[0].eventType == "FromHeader")
    }

    @Test(arguments: ["not JSON", "", "[]", #"{"event_type":5}"#, #"{"a":{"event_type":"x"}}"#])
    func `what is not known is left out`(_ value: String) {
        metrics.note(letter(value, key: "no UUID"))
        #expect(metrics.recent[0].eventType == nil)
        #expect(metrics.recent[0].orderID == nil)
    }

    @Test func `the last letters are kept, newest first, with texts of limited length`() {
        let long = String(repeating: "x", count: 5_000)
        for offset in 0..<Int64(50) {
            let value = #"{"event_type":"\#(long)"}"#
            metrics.note(letter(value, offset: offset, error: .missing(pointer: long)))
        }
        #expect(metrics.recent.count == DeadLetterMetrics.Limits.recent)
        #expect(metrics.recent.first?.offset == 49)
        #expect(metrics.recent.last?.offset == 30)
        #expect(metrics.recent.allSatisfy { $0.error.count == 300 && $0.eventType?.count == 300 })
    }
}
