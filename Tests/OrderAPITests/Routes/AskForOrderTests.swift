import HTTPServer
import Orders
import ReadModel
import ReadModelTestSupport
import TestSupport
import Testing
import Text

@testable import OrderAPI
@testable import Telemetry

/// `GET /orders/{id}`.
struct AskForOrderTests {
    @Test func `an order is answered with its tag`() async throws {
        let gateway = try GatewayFixture()
        let id = try await gateway.placeOrder()
        let response = try await gateway.handler.answer(
            "GET",
            "/orders/\(id)",
            fields: [("X-Correlation-ID", "another")]
        )
        #expect(response.status == .ok)
        #expect(response[.contentType] == "application/json")
        #expect(response[.cacheControl] == "no-cache")
        #expect(response[.correlationID] == "another")
        let tag = try #require(response[.eTag])
        #expect(tag.hasPrefix("\"") && tag.hasSuffix("\"") && tag.count == 18)
        let json = try response.json
        #expect(
            json.keys == [
                "correlation_id", "created_at", "currency", "customer_id", "items", "order_id",
                "status", "total_amount", "trace_id", "updated_at",
            ]
        )
        #expect(json["order_id"].string == id)
        #expect(json["status"] == "pending")
        #expect(json["total_amount"] == "19.985")
        #expect(json["currency"] == "USD")
        #expect(json["created_at"] == "2027-01-15T08:00:00.123Z")
        // The one that it was placed with.
        #expect(json["correlation_id"] != "another")
    }

    @Test func `upper-case ids name the same order`() async throws {
        let gateway = try GatewayFixture()
        let id = try await gateway.placeOrder()
        let response = try await gateway.handler.answer("GET", "/orders/\(id.uppercased())")
        #expect(response.status == .ok)
        #expect(try response.json["order_id"].string == id)
    }

    @Test func `an order that has not been consumed is not there yet`() async throws {
        let gateway = try GatewayFixture()
        let accepted = try await gateway.handler.answer(
            "POST",
            "/orders",
            body: GatewayFixture.order
        )
        let location = try #require(accepted[.location])
        let early = try await gateway.handler.answer("GET", location)
        #expect(early.status == .notFound)
        // By its id it has just been placed, here or elsewhere.
        #expect(try early.json["retriable"] == true)
        #expect(early[.retryAfter] == "1")
        try gateway.consume(try #require(gateway.publisher.messages.first))
        #expect(try await gateway.handler.answer("GET", location).status == .ok)
    }

    @Test func `a gateway that has not read all events does not say that there is no such order`()
        async throws
    {
        let gateway = try GatewayFixture()
        let known = try await gateway.placeOrder()
        gateway.health.fail(.projection, "reading the topics to their end")
        let id = "0190ffff-ffff-7fff-bfff-ffffffffffff"
        let response = try await gateway.handler.answer("GET", "/orders/\(id)")
        #expect(response.status == .serviceUnavailable)
        #expect(response[.retryAfter] == "2")
        #expect(try response.json["retriable"] == true)
        #expect(try await gateway.handler.answer("GET", "/orders/\(known)").status == .ok)
        #expect(try await gateway.handler.answer("GET", "/orders/42").status == .notFound)
        gateway.health.succeed(.projection)
        #expect(try await gateway.handler.answer("GET", "/orders/\(id)").status == .notFound)
    }

    @Test(arguments: [
        "0190ffff-ffff-7fff-bfff-ffffffffffff", "42", "not-an-id", "%30190ffff",
        "0190ffff-ffff-7fff-bfff-fffffffffff", "{0190ffff-ffff-7fff-bfff-ffffffffffff}",
    ])
    func `an id that nobody has is not found`(_ id: String) async throws {
        let target = id.replacing("{", with: "%7B").replacing("}", with: "%7D")
        let response = try await GatewayFixture().handler.answer("GET", "/orders/\(target)")
        #expect(response.status == .notFound)
        #expect(response[.contentType] == "application/problem+json")
        #expect(response[.eTag] == nil)
        #expect(try response.json["instance"].string == "/orders/\(target)")
        #expect(try response.json["retriable"] == false)
    }

    // MARK: Conditional requests

    @Test(arguments: [
        ("TAG", 304), ("W/TAG", 304), ("*", 304), ("\"other\", TAG", 304),
        ("\"other\" ,\tW/TAG , \"third\"", 304), ("\"other\"", 200), ("W/\"other\"", 200),
        ("", 200), (",", 200), ("\"*\"", 200), ("w/TAG", 200),
    ])
    func `a client that has the order is not sent it again`(
        _ condition: String,
        _ status: Int
    ) async throws {
        let gateway = try GatewayFixture()
        let id = try await gateway.placeOrder()
        let tag = try #require(try await gateway.handler.answer("GET", "/orders/\(id)")[.eTag])
        let response = try await gateway.handler.answer(
            "GET",
            "/orders/\(id)",
            fields: [("If-None-Match", condition.replacing("TAG", with: tag))]
        )
        #expect(response.status.code == status)
        #expect(response.body.isEmpty == (status == 304))
        #expect(response[.eTag] == tag)
        #expect(response[.cacheControl] == "no-cache")
        #expect(response[.correlationID] != nil)
        // There is no content to be of a type (RFC 9110 §15.4.5).
        #expect(response[.contentType] == (status == 304 ? nil : "application/json"))
    }

    @Test(arguments: [
        ("TAG", 200), ("*", 200), ("\"other\", TAG", 200), ("W/TAG", 412), ("\"other\"", 412),
        ("", 412),
    ])
    func `a client that wants an order as it knows it is told that it is another`(
        _ condition: String,
        _ status: Int
    ) async throws {
        let gateway = try GatewayFixture()
        let id = try await gateway.placeOrder()
        let tag = try #require(try await gateway.handler.answer("GET", "/orders/\(id)")[.eTag])
        let match = ("If-Match", condition.replacing("TAG", with: tag))
        for method in ["GET", "HEAD"] {
            let response = try await gateway.handler.answer(
                method,
                "/orders/\(id)",
                fields: [match]
            )
            #expect(response.status.code == status)
            guard status == 412 else { continue }
            #expect(response[.contentType] == "application/problem+json")
            #expect(try response.json["instance"].string == "/orders/\(id)")
            #expect(try response.json["retriable"] == false)
        }
        // It is looked at first (RFC 9110 §13.2.2).
        let both = try await gateway.handler.answer(
            "GET",
            "/orders/\(id)",
            fields: [("If-None-Match", tag), match]
        )
        #expect(both.status.code == (status == 200 ? 304 : 412))
    }

    @Test func `an order that is not there is not found, whatever the conditions`() async throws {
        let gateway = try GatewayFixture()
        for condition in [("If-Match", "*"), ("If-Match", "\"x\""), ("If-None-Match", "*")] {
            let response = try await gateway.handler.answer(
                "GET",
                "/orders/0190ffff-ffff-7fff-bfff-ffffffffffff",
                fields: [condition]
            )
            #expect(response.status == .notFound)
        }
    }

    @Test func `the tag changes with the order`() async throws {
        let gateway = try GatewayFixture()
        let first = try await gateway.placeOrder()
        let second = try await gateway.placeOrder()
        let tags = [
            try await gateway.handler.answer("GET", "/orders/\(first)")[.eTag],
            try await gateway.handler.answer("GET", "/orders/\(second)")[.eTag],
        ]
        #expect(tags[0] != tags[1])
        #expect(try await gateway.handler.answer("GET", "/orders/\(first)")[.eTag] == tags[0])
    }

    @Test func `a read model that cannot be read says so`() async throws {
        let gateway = try GatewayFixture()
        let id = OrderID(high: 0x0190_ffff_ffff_7fff, low: 0xbfff_ffff_ffff_ffff)
        try gateway.store.commit(orders: [Order(id: id)], offsets: [:])
        try gateway.store.close()
        let target = "/orders/\(id)"
        let response = try await gateway.handler.answer("GET", target)
        #expect(response.status == .serviceUnavailable)
        #expect(response[.retryAfter] == "2")
        let json = try response.json
        #expect(json["retriable"] == true)
        #expect(json["instance"].string == target)
    }
}
