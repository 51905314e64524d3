import HTTPServer
import Orders
import Synchronization
import TestSupport
import Testing

@testable import Kafka
@testable import OrderAPI
import Text
@testable import Telemetry

/// `POST /orders`.
struct PlaceOrderTests {
    private let parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

    @Test func `an order is accepted`() async throws {
        let gateway = try GatewayFixture()
        let response = try await gateway.handler.answer(
            "POST",
            "/orders",
            fields: [
                ("X-Correlation-ID", "mine"), ("traceparent", parent),
                ("Content-Type", "application/json"),
            ],
            body: GatewayFixture.order
        )
        #expect(response.status == .accepted)
        #expect(response[.contentType] == "application/json")
        #expect(response[.correlationID] == "mine")
        let json = try response.json
        let id = try #require(json["order_id"].string)
        #expect(response[.location] == "/orders/\(id)")
        #expect(try #require(OrderID(id)).high >> 16 == 1_800_000_000_123)
        #expect(json["status"] == "pending")
        #expect(json["correlation_id"] == "mine")
        #expect(json["trace_id"] == "4bf92f3577b34da6a3ce929d0e0e4736")
        #expect(json.keys == ["correlation_id", "order_id", "status", "trace_id"])
        #expect(gateway.publisher.messages.count == 1)
    }

    @Test func `its event is complete`() async throws {
        let gateway = try GatewayFixture()
        let response = try await gateway.handler.answer(
            "POST",
            "/orders",
            fields: [("X-Correlation-ID", "mine"), ("traceparent", parent)],
            body: GatewayFixture.order
        )
        let id = try #require(try response.json["order_id"].string)
        let message = try #require(gateway.publisher.messages.first)
        #expect(message.topic == "order-events")
        #expect(message.key == Array(id.utf8))

        let event = try JSONValue(parsing: message.value ?? [])
        #expect(
            event.keys == [
                "correlation_id", "data", "event_id", "event_type", "event_version",
                "source_service", "span_id", "timestamp", "trace_id",
            ]
        )
        #expect(event["event_type"] == "OrderCreated")
        #expect(event["event_version"] == "1.0")
        #expect(event["timestamp"] == "2027-01-15T08:00:00.123Z")
        #expect(event["correlation_id"] == "mine")
        #expect(event["source_service"] == "order-gateway")
        #expect(event["trace_id"] == "4bf92f3577b34da6a3ce929d0e0e4736")
        #expect(event["event_id"].string.flatMap { EventID($0) } != nil)
        #expect(event["event_id"] != event["data"]["order_id"])
        let data = event["data"]
        #expect(data.keys == ["customer_id", "items", "order_id", "status", "total_amount"])
        #expect(data["order_id"].string == id)
        #expect(data["customer_id"] == "c-1")
        #expect(data["status"] == "pending")
        #expect(data["total_amount"] == "19.985")
        #expect(data["items"].elements.count == 2)
        #expect(data["items"][0].keys == ["product_id", "quantity", "unit_price"])
        #expect(data["items"][0]["product_id"] == "p-1")
        #expect(data["items"][0]["quantity"] == 2)
        #expect(data["items"][0]["unit_price"] == "9.99")
        #expect(data["items"][1]["unit_price"] == "0.005")
    }

    @Test func `its headers say what is in it`() async throws {
        let gateway = try GatewayFixture()
        _ = try await gateway.handler.answer(
            "POST",
            "/orders",
            fields: [
                ("X-Correlation-ID", "mine"), ("traceparent", parent), ("tracestate", "a=1"),
            ],
            body: GatewayFixture.order
        )
        let message = try #require(gateway.publisher.messages.first)
        let event = try JSONValue(parsing: message.value ?? [])
        let span = try #require(event["span_id"].string)
        let eventID = try #require(event["event_id"].string)
        #expect(span != "00f067aa0ba902b7")
        let headers = message.headers.map {
            "\($0.name): \($0.value.map { String(decoding: $0, as: UTF8.self) } ?? "null")"
        }
        #expect(
            headers == [
                "content-type: application/json",
                "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-\(span)-01",
                "tracestate: a=1",
                "correlation_id: mine",
                "ce_specversion: 1.0",
                "ce_id: \(eventID)",
                "ce_type: OrderCreated",
                "ce_source: /order-gateway",
                "ce_time: 2027-01-15T08:00:00.123Z",
            ]
        )
    }

    @Test func `without a caller's trace there is no state`() async throws {
        let gateway = try GatewayFixture()
        let response = try await gateway.handler.answer(
            "POST",
            "/orders",
            fields: [("tracestate", "a=1")],
            body: GatewayFixture.order
        )
        let headers = try #require(gateway.publisher.messages.first).headers
        #expect(headers.count == 8)
        #expect(!headers.contains { $0.name == "tracestate" })
        let trace = try #require(try response.json["trace_id"].string)
        let parent = try #require(headers.first { $0.name == "traceparent" }?.value)
        #expect(String(decoding: parent, as: UTF8.self).hasPrefix("00-\(trace)-"))
        #expect(String(decoding: parent, as: UTF8.self).hasSuffix("-00"))
        #expect(response[.correlationID].flatMap { OrderID($0) } != nil)
    }

    @Test func `the same order sent twice is two orders`() async throws {
        let gateway = try GatewayFixture()
        let ids = try await [gateway.placeOrder(), gateway.placeOrder()]
        #expect(ids[0] != ids[1])
    }

    // MARK: The broker's refusals

    private static let trouble = KafkaError(configuration: "trouble")

    @Test(arguments: [
        PublishError.notPublished(reason: trouble), .queueFull, .closed,
    ])
    func `what is certainly not published may be sent again`(_ error: PublishError) async throws {
        let response = try await GatewayFixture(failing: error).handler
            .answer("POST", "/orders", body: GatewayFixture.order)
        #expect(response.status == .serviceUnavailable)
        #expect(response[.retryAfter] == "2")
        #expect(response[.location] == nil)
        let json = try response.json
        #expect(json["retriable"] == true)
        #expect(json["order_id"] == .null)
        #expect(json["instance"] == "/orders")
        let detail = try #require(json["detail"].string)
        #expect(detail.hasSuffix("It is safe to send it again."))
    }

    @Test func `an unknown outcome names the order to ask for`() async throws {
        let gateway = try GatewayFixture(failing: .unknown(reason: Self.trouble))
        let response = try await gateway.handler
            .answer("POST", "/orders", body: GatewayFixture.order)
        #expect(response.status == .gatewayTimeout)
        let json = try response.json
        let id = try #require(json["order_id"].string)
        #expect(gateway.publisher.messages.first?.key == Array(id.utf8))
        #expect(response[.location] == "/orders/\(id)")
        #expect(response[.retryAfter] == nil)
        // It could place a second order.
        #expect(json["retriable"] == false)
    }

    @Test func `a refusal by the broker is told with its reason, and is for an operator`()
        async throws
    {
        let gateway = try GatewayFixture(failing: .refused(reason: Self.trouble))
        let response = try await gateway.handler
            .answer("POST", "/orders", body: GatewayFixture.order)
        #expect(response.status == .serviceUnavailable)
        #expect(response[.retryAfter] == nil)
        let json = try response.json
        #expect(json["retriable"] == false)
        #expect(json["detail"].string?.contains("the broker refuses orders: trouble") == true)
    }

    @Test(arguments: [
        (PublishError.unknown(reason: trouble), "outcome of order unknown"),
        (.notPublished(reason: trouble), "order not published"),
    ])
    func `the log says no more of an order than is known`(
        _ error: PublishError,
        _ message: String
    ) async throws {
        let lines = Mutex<[String]>([])
        let logger = Logger(
            label: "test",
            format: .text,
            sink: LogSink { line in
                lines.withLock { $0.append(String(decoding: line, as: UTF8.self)) }
            }
        )
        let gateway = try GatewayFixture(failing: error, logger: logger)
        _ = try await gateway.handler.answer("POST", "/orders", body: GatewayFixture.order)
        let logged = lines.withLock { $0 }
        #expect(logged.count == 1)
        #expect(logged.first?.contains(" warning \(message): ") == true, "\(logged)")
    }

    @Test func `of many orders that fail at once the log has some, and the number of the others`()
        async throws
    {
        let lines = Mutex<[String]>([])
        let logger = Logger(
            label: "test",
            format: .text,
            sink: LogSink { line in
                lines.withLock { $0.append(String(decoding: line, as: UTF8.self)) }
            }
        )
        let gateway = try GatewayFixture(failing: .queueFull, logger: logger)
        for _ in 0..<200 {
            _ = try await gateway.handler.answer("POST", "/orders", body: GatewayFixture.order)
        }
        let written = lines.withLock { $0.count }
        #expect(written < 100)
        logger.flush()
        #expect(lines.withLock { $0.last }?.contains("left_out=") == true)
    }

    @Test func `an event that is too large is the client's problem`() async throws {
        let response = try await GatewayFixture(failing: .messageTooLarge).handler
            .answer("POST", "/orders", body: GatewayFixture.order)
        #expect(response.status == .contentTooLarge)
        #expect(response[.retryAfter] == nil)
        #expect(try response.json["retriable"] == false)
    }

    // MARK: Orders that are refused

    @Test(arguments: [
        ("", 400, []),
        ("{", 400, []),
        ("[]", 400, [""]),
        ("{}", 400, ["/customer_id", "/items"]),
        (#"{"customer_id": 1, "items": {}}"#, 400, ["/customer_id", "/items"]),
        (#"{"customer_id": "c", "items": []}"#, 422, ["/items"]),
        (
            #"{"customer_id": "", "items": [{"product_id": "p", "quantity": 0, "unit_price": -1}]}"#,
            422,
            ["/customer_id", "/items/0/quantity", "/items/0/unit_price"]
        ),
    ])
    func `a refused order is told where it is wrong`(
        _ body: String,
        _ status: Int,
        _ pointers: [String]
    ) async throws {
        let gateway = try GatewayFixture()
        let response = try await gateway.handler.answer("POST", "/orders", body: body)
        #expect(response.status.code == status)
        #expect(response[.contentType] == "application/problem+json")
        let json = try response.json
        #expect(json["status"].integer == status)
        #expect(json["errors"].elements.compactMap { $0["pointer"].string } == pointers)
        #expect(json["errors"].elements.allSatisfy { $0["detail"].string?.isEmpty == false })
        #expect(json["instance"] == "/orders")
        #expect(json["retriable"] == false)
        #expect(gateway.publisher.messages.isEmpty)
    }

    @Test(arguments: [
        "application/json", "application/json; charset=utf-8", "Application/JSON;charset=UTF-8",
        "application/x-www-form-urlencoded", "application/vnd.shop.order+json",
        "application/json ;x=1",
    ])
    func `JSON under any of its names is taken`(_ type: String) async throws {
        let response = try await GatewayFixture().handler.answer(
            "POST",
            "/orders",
            fields: [("Content-Type", type), ("Content-Encoding", "identity")],
            body: GatewayFixture.order
        )
        #expect(response.status == .accepted)
    }

    @Test(arguments: [
        "text/plain", "application/xml", "multipart/form-data; boundary=x", "json", ";",
    ])
    func `another type is not`(_ type: String) async throws {
        let gateway = try GatewayFixture()
        let response = try await gateway.handler.answer(
            "POST",
            "/orders",
            fields: [("Content-Type", type), ("X-Correlation-ID", "mine")],
            body: GatewayFixture.order
        )
        #expect(response.status == .unsupportedMediaType)
        #expect(response[.accept] == "application/json")
        let json = try response.json
        #expect(json["correlation_id"] == "mine")
        #expect(json["instance"] == "/orders")
        #expect(gateway.publisher.messages.isEmpty)
    }

    @Test func `a type that is sent twice is not, though both be JSON`() async throws {
        let type = ("Content-Type", "application/json; charset=utf-8")
        let response = try await GatewayFixture().handler.answer(
            "POST",
            "/orders",
            fields: [type, type],
            body: GatewayFixture.order
        )
        #expect(response.status == .unsupportedMediaType)
        let detail = "Content-Type was sent more than once; send application/json once."
        #expect(try response.json["detail"] == .string(detail))
    }

    @Test func `an empty type is none`() async throws {
        let response = try await GatewayFixture().handler.answer(
            "POST",
            "/orders",
            fields: [("Content-Type", " "), ("Content-Encoding", "")],
            body: GatewayFixture.order
        )
        #expect(response.status == .accepted)
    }

    @Test func `of a type that is long the answer shows the beginning`() async throws {
        let type = String(repeating: "a", count: 30_000)
        let response = try await GatewayFixture().handler.answer(
            "POST",
            "/orders",
            fields: [("Content-Type", type)],
            body: GatewayFixture.order
        )
        #expect(response.status == .unsupportedMediaType)
        #expect(response.body.count < 1000)
        let shown = String(repeating: "a", count: 64)
        let detail = try #require(try response.json["detail"].string)
        #expect(detail.hasPrefix("Content-Type \(shown)… is not supported"))
    }

    // MARK: Conditions

    @Test(arguments: [
        ("If-Match", "*", 412), ("If-Match", "\"a\"", 412), ("If-Match", "", 412),
        ("If-None-Match", "*", 202), ("If-None-Match", "\"a\"", 202),
        ("If-Unmodified-Since", "Sat, 29 Oct 1994 19:43:31 GMT", 202),
    ])
    func `an order that does not exist yet matches no tag (RFC 9110 §13.1.1)`(
        _ name: String,
        _ condition: String,
        _ status: Int
    ) async throws {
        let gateway = try GatewayFixture()
        let response = try await gateway.handler.answer(
            "POST",
            "/orders",
            fields: [(name, condition)],
            body: GatewayFixture.order
        )
        #expect(response.status.code == status)
        #expect(gateway.publisher.messages.count == (status == 202 ? 1 : 0))
    }

    @Test(arguments: [
        ([("Accept", "text/html")], 406), ([("Content-Type", "text/plain")], 415),
        ([("Content-Encoding", "br")], 415), ([], 412),
    ])
    func `a condition comes after what is refused anyhow (RFC 9110 §13.2.1)`(
        _ fields: [(String, String)],
        _ status: Int
    ) async throws {
        let response = try await GatewayFixture().handler.answer(
            "POST",
            "/orders",
            fields: fields + [("If-Match", "*")],
            body: "no order"
        )
        #expect(response.status.code == status)
    }

    // MARK: Currency

    private func priced(_ currency: String, ofItem: String = "") -> String {
        let item = #""product_id":"p","quantity":1,"unit_price":"2"\#(ofItem)"#
        return #"{"customer_id":"c","items":[{\#(item)}]\#(currency)}"#
    }

    @Test func `the gateway's currency is taken, of an order and of an item`() async throws {
        for currency in ["", #","currency":"EUR""#, #","currency":"\u0045UR""#] {
            let gateway = try GatewayFixture(currency: #require(Currency("EUR".utf8)))
            let response = try await gateway.handler.answer(
                "POST",
                "/orders",
                body: priced(currency, ofItem: currency)
            )
            #expect(response.status == .accepted)
            try gateway.consume(try #require(gateway.publisher.messages.first))
        }
    }

    @Test(arguments: ["USD", "eur", "EURO", "", "€"])
    func `another is refused with its place`(_ currency: String) async throws {
        let gateway = try GatewayFixture(currency: #require(Currency("EUR".utf8)))
        let field = #","currency":"\#(currency)""#
        for (body, pointer) in [
            (priced(field), "/currency"), (priced("", ofItem: field), "/items/0/currency"),
        ] {
            let response = try await gateway.handler.answer("POST", "/orders", body: body)
            #expect(response.status == .unprocessableContent)
            let errors = try response.json["errors"]
            #expect(errors.elements.count == 1)
            #expect(errors[0]["pointer"].string == pointer)
            #expect(errors[0]["detail"] == "must be EUR, which all amounts here are in")
        }
        #expect(gateway.publisher.messages.isEmpty)
    }

    @Test(arguments: ["null", "1", "[]"])
    func `a currency is a text`(_ currency: String) async throws {
        let gateway = try GatewayFixture()
        let field = ",\"currency\":\(currency)"
        let response = try await gateway.handler.answer("POST", "/orders", body: priced(field))
        #expect(response.status == .badRequest)
        #expect(try response.json["errors"][0]["pointer"] == "/currency")
        let twice = #","currency":"USD","currency":"USD""#
        let other = try await gateway.handler.answer("POST", "/orders", body: priced(twice))
        #expect(other.status == .badRequest)
        #expect(gateway.publisher.messages.isEmpty)
    }
}
