import HTTPServer
import Orders
import ReadModel
import TestSupport
import Testing

@testable import Kafka
@testable import OrderStreams
@testable import Telemetry

/// What the log says of single events.
struct EventLogTests {
    private let lines = LogLines()
    private static let fields = [
        "correlation_id", "event_id", "event_type", "offset", "order_id", "partition", "span_id",
        "topic", "trace_id",
    ]
    private static let always = ["level", "logger", "message", "timestamp"]

    private func logger(_ level: Logger.Level) -> Logger {
        Logger(label: "test", level: level, format: .json, sink: lines.sink)
    }

    /// Places an order, and returns the event's message.
    private func place(_ level: Logger.Level) async throws -> ProducerMessage {
        let gateway = try GatewayFixture(logger: logger(level))
        let response = try await gateway.handler.answer(
            "POST",
            "/orders",
            fields: [("X-Correlation-ID", "call-42")],
            body: GatewayFixture.order
        )
        #expect(response.status == .accepted)
        return try #require(gateway.publisher.messages.last)
    }

    @Test func `a published event is logged with its ids and its place, and nothing else of it`()
        async throws
    {
        let message = try await place(.debug)
        try #require(lines.all.count == 1)
        let line = try JSONValue(parsing: Array(lines.all[0].utf8))
        #expect(line.keys == (Self.fields + Self.always).sorted())
        #expect(line["level"] == "debug")
        #expect(line["message"] == "Event published")
        #expect(line["correlation_id"] == "call-42")
        #expect(line["event_type"] == "OrderCreated")
        #expect(line["topic"] == "order-events")
        #expect(line["partition"] == "1")
        #expect(line["offset"] == "0")
        let event = try JSONValue(parsing: try #require(message.value))
        for name in ["event_id", "trace_id", "span_id"] {
            #expect(line[name].string == event[name].string, "\(name)")
        }
        #expect(line["order_id"].string == event["data"]["order_id"].string)
        for secret in ["c-1", "p-1", "9.99"] { #expect(!lines.all[0].contains(secret)) }
    }

    @Test func `a processed event has the same fields`() async throws {
        let message = try await place(.info)
        #expect(lines.all.isEmpty)
        let records = [message.value, Array("no event".utf8)].enumerated().map { offset, value in
            StreamRecord(
                topic: message.topic,
                partition: 2,
                offset: Int64(offset),
                event: EventRegistry.standard.event(in: value)
            )
        }
        EventLog(logger(.info)).processed(records, by: "projection")
        #expect(lines.all.isEmpty)
        EventLog(logger(.debug)).processed(records, by: "projection")
        // What is no event is not processed.
        try #require(lines.all.count == 1)
        let line = try JSONValue(parsing: Array(lines.all[0].utf8))
        #expect(line.keys == (Self.fields + Self.always + ["consumer"]).sorted())
        #expect(line["message"] == "Event processed")
        #expect(line["consumer"] == "projection")
        #expect(line["partition"] == "2")
        #expect(line["correlation_id"] == "call-42")
        let event = try JSONValue(parsing: try #require(message.value))
        #expect(line["event_id"].string == event["event_id"].string)
        #expect(line["order_id"].string == event["data"]["order_id"].string)
        for secret in ["c-1", "p-1", "9.99"] { #expect(!lines.all[0].contains(secret)) }
    }

    @Test func `at level info nothing is read for a line that is not written`() async throws {
        let message = ProducerMessage(topic: "order-events", key: nil, value: nil)
        #expect(EventLog(logger(.info)).fields(of: message) == nil)
        #expect(EventLog(logger(.debug)).fields(of: message) == ["topic": "order-events"])
    }
}
