import HTTPServer
import Orders
import ReadModel
import ReadModelTestSupport
import TestSupport
import Testing
import Text

@testable import OrderAPI
@testable import Telemetry

/// `GET /orders/{id}/history`.
struct OrderHistoryTests {
    @Test func `the events of an order are answered with their tag`() async throws {
        let gateway = try GatewayFixture()
        let id = try await gateway.placeOrder()
        let target = "/orders/\(id)/history"
        let response = try await gateway.handler.answer("GET", target)
        #expect(response.status == .ok)
        #expect(response[.contentType] == "application/json")
        #expect(response[.cacheControl] == "no-cache")
        let json = try response.json
        #expect(json.keys == ["events", "events_omitted", "order_id"])
        #expect(json["order_id"].string == id)
        #expect(json["events_omitted"] == 0)
        #expect(json["events"].elements.count == 1)
        let event = json["events"][0]
        #expect(
            event.keys == [
                "causation_id", "correlation_id", "event_id", "event_type", "event_version",
                "offset", "partition", "source_service", "timestamp", "topic",
            ]
        )
        #expect(event["event_type"] == "OrderCreated")
        #expect(event["topic"] == "order-events")
        #expect(event["partition"] == 0)
        #expect(event["offset"] == 0)
        #expect(event["causation_id"] == .null)
        #expect(event["source_service"] == "order-gateway")
        let tag = try #require(response[.eTag])
        let again = try await gateway.handler.answer(
            "GET",
            target,
            fields: [("If-None-Match", tag)]
        )
        #expect(again.status == .notModified)
        // It is another document than the order.
        let order = try await gateway.handler.answer("GET", "/orders/\(id)")
        #expect(order[.eTag] != tag)
        #expect(event["correlation_id"] == (try order.json["correlation_id"]))
        #expect(event["timestamp"] == (try order.json["created_at"]))
    }

    @Test func `an order that is not there has no history`() async throws {
        let gateway = try GatewayFixture()
        for id in ["0190ffff-ffff-7fff-bfff-ffffffffffff", "42"] {
            let target = "/orders/\(id)/history"
            let response = try await gateway.handler.answer("GET", target)
            #expect(response.status == .notFound)
            #expect(try response.json["instance"].string == target)
        }
        gateway.health.fail(.projection, "reading the topics to their end")
        let response = try await gateway.handler.answer(
            "GET",
            "/orders/0190ffff-ffff-7fff-bfff-ffffffffffff/history"
        )
        #expect(response.status == .serviceUnavailable)
        #expect(response[.retryAfter] == "2")
    }

    @Test func `a client that does not take JSON is told`() async throws {
        let gateway = try GatewayFixture()
        let id = try await gateway.placeOrder()
        let response = try await gateway.handler.answer(
            "GET",
            "/orders/\(id)/history",
            fields: [("Accept", "text/html")]
        )
        #expect(response.status == .notAcceptable)
    }

    @Test func `a read model that cannot be read says so`() async throws {
        let gateway = try GatewayFixture()
        let id = OrderID(high: 0x0190_ffff_ffff_7fff, low: 0xbfff_ffff_ffff_ffff)
        try gateway.store.commit(orders: [Order(id: id)], offsets: [:])
        try gateway.store.close()
        let response = try await gateway.handler.answer("GET", "/orders/\(id)/history")
        #expect(response.status == .serviceUnavailable)
        #expect(try response.json["retriable"] == true)
    }
}
