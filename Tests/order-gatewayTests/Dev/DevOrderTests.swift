import Foundation
import TestSupport
import Testing
@testable import Text

/// `order-gateway dev`: orders, their events and their status.
@Suite(.serialized)
struct DevOrderTests {
    @Test
    func `the first order is accepted, published and confirmed`() async throws {
        try await withDev { gateway in
            let accepted = try await gateway.post(OrderText.first)
            #expect(accepted.status == 202)
            let answer = try accepted.json
            let id = try #require(answer["order_id"].string)
            #expect(accepted["Location"] == "/orders/\(id)")
            #expect(accepted["X-Correlation-ID"] == answer["correlation_id"].string)
            #expect(answer["status"] == "pending")
            #expect(answer["trace_id"].string?.count == 32)
            #expect(UUID(uuidString: id) != nil)

            let confirmed = try await gateway.view(of: id) { $0["status"] != "pending" }
            let view = try confirmed.json
            #expect(view["status"] == "confirmed")
            #expect(view["order_id"].string == id)
            #expect(view["customer_id"] == "c-1")
            #expect(view["total_amount"] == "19.98")
            #expect(view["items"][0]["product_id"] == "p-1")
            #expect(view["items"][0]["quantity"] == 2)
            #expect(view["items"][0]["unit_price"] == "9.99")
            #expect(view["correlation_id"] == answer["correlation_id"])
            #expect(view["trace_id"] == answer["trace_id"])
            #expect(view["reason"] == .null)
        }
    }

    @Test
    func `what curl sends without a content type is an order`() async throws {
        try await withDev { gateway in
            let ending = try await ChildProcess.run(
                "curl",
                [
                    "--silent", "--include", "--data", OrderText.first,
                    "http://127.0.0.1:\(gateway.port)/orders",
                ]
            )
            #expect(ending.exitCode == 0)
            #expect(ending.text.hasPrefix("HTTP/1.1 202 "))
            #expect(ending.text.contains("Location: /orders/"))
        }
    }

    @Test
    func `an order of a product that is out of stock is cancelled with its reason`() async throws {
        try await withDev { gateway in
            let id = try await gateway.place(
                OrderText.order(customer: "c-1", product: "out-of-stock-1")
            )
            let view = try await gateway.view(of: id) { $0["status"] == "cancelled" }
            #expect(try view.json["reason"] == "insufficient_stock")
        }
    }

    @Test
    func `an event has every field of the contract and is keyed by its order`() async throws {
        try await withDev { gateway in
            let id = try await gateway.place()
            let record = try #require(
                try await gateway.kcat.records(in: "order-events").first { $0.key == id }
            )
            let event = try record.json
            #expect(
                event.keys == [
                    "correlation_id", "data", "event_id", "event_type", "event_version",
                    "source_service", "span_id", "timestamp", "trace_id",
                ]
            )
            #expect(event["event_type"] == "OrderCreated")
            #expect(event["event_version"] == "1.0")
            #expect(event["source_service"] == "order-gateway")
            #expect(event["event_id"].string.flatMap { UUID(uuidString: $0) } != nil)
            let time = try #require(event["timestamp"].string)
            #expect(
                try Regex(#"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"#).wholeMatch(in: time) != nil
            )
            #expect(event["trace_id"].string?.count == 32)
            #expect(event["span_id"].string?.count == 16)
            #expect(
                event["data"]
                    == .object([
                        "order_id": .string(id),
                        "customer_id": "c-1",
                        "items": .array([
                            .object([
                                "product_id": "p-1", "quantity": 2, "unit_price": "9.99",
                            ])
                        ]),
                        "total_amount": "19.98",
                        "status": "pending",
                    ])
            )
            #expect(record.header("content-type") == "application/json")
            #expect(record.header("correlation_id") == event["correlation_id"].string)
            #expect(record.header("ce_specversion") == "1.0")
            #expect(record.header("ce_id") == event["event_id"].string)
            #expect(record.header("ce_type") == "OrderCreated")
            #expect(record.header("ce_source") == "/order-gateway")
            #expect(record.header("ce_time") == time)
            let trace = try #require(event["trace_id"].string)
            let span = try #require(event["span_id"].string)
            #expect(record.header("traceparent") == "00-\(trace)-\(span)-00")
            #expect(record.header("tracestate") == nil)
        }
    }

    @Test
    func `sent ids come through to answer, event, headers, view and log`() async throws {
        try await withDev(["--log-level", "debug"]) { gateway in
            let trace = "0af7651916cd43dd8448eb211c80319c"
            let parent = "b7ad6b7169203331"
            let accepted = try await gateway.post(
                OrderText.first,
                fields: [
                    ("X-Correlation-ID", "call-42"), ("traceparent", "00-\(trace)-\(parent)-01"),
                    ("tracestate", "vendor=one,other=two"),
                ]
            )
            #expect(accepted["X-Correlation-ID"] == "call-42")
            let answer = try accepted.json
            #expect(answer["correlation_id"] == "call-42")
            #expect(answer["trace_id"].string == trace)
            let id = try #require(answer["order_id"].string)

            let view = try await gateway.view(of: id) { $0["status"] == "confirmed" }.json
            #expect(view["correlation_id"] == "call-42")
            #expect(view["trace_id"].string == trace)

            for topic in ["order-events", "inventory-events"] {
                let record = try #require(
                    try await gateway.kcat.records(in: topic).first { $0.key == id },
                    "no event on \(topic)"
                )
                let event = try record.json
                #expect(event["correlation_id"] == "call-42")
                #expect(event["trace_id"].string == trace)
                let span = try #require(event["span_id"].string)
                #expect(span != parent)
                #expect(record.header("correlation_id") == "call-42")
                #expect(record.header("traceparent") == "00-\(trace)-\(span)-01")
                #expect(record.header("tracestate") == "vendor=one,other=two")
            }
            let line = try await gateway.process.waitForOutput(containing: "Event published")
            #expect(line.contains("correlation_id=call-42"))
            #expect(line.contains("trace_id=\(trace)"))
            #expect(line.contains("order_id=\(id)"))
        }
    }

    @Test
    func `an order that has not changed is answered with 304`() async throws {
        try await withDev(["--no-inventory"]) { gateway in
            let id = try await gateway.place()
            let view = try await gateway.view(of: id)
            let tag = try #require(view["ETag"])
            let again = try await gateway.get("/orders/\(id)", fields: [("If-None-Match", tag)])
            #expect(again.status == 304)
            #expect(again.body.isEmpty)
            #expect(again["ETag"] == tag)
            let other = try await gateway.get("/orders/\(id)", fields: [("If-None-Match", "\"x\"")])
            #expect(other.status == 200)
            #expect(other.body == view.body)
        }
    }

    @Test
    func `a wrong order is refused with all its problems`() async throws {
        try await withDev(["--no-inventory"]) { gateway in
            let refused = try await gateway.post(
                #"{"customer_id":"","items":[{"product_id":"p-1","quantity":0,"unit_price":"-1"}]}"#,
                fields: [("X-Correlation-ID", "wrong-1")]
            )
            #expect(refused.status == 422)
            #expect(refused["Content-Type"] == "application/problem+json")
            #expect(refused["X-Correlation-ID"] == "wrong-1")
            let problem = try refused.json
            #expect(problem["status"] == 422)
            #expect(problem["instance"] == "/orders")
            #expect(problem["correlation_id"] == "wrong-1")
            #expect(problem["retriable"] == false)
            #expect(problem["type"].string != nil)
            #expect(problem["title"].string != nil)
            let pointers = problem["errors"].elements.compactMap { $0["pointer"].string }
            #expect(
                Set(pointers).isSuperset(of: [
                    "/customer_id", "/items/0/quantity", "/items/0/unit_price",
                ])
            )

            #expect(try await gateway.post("{").status == 400)
            #expect(try await gateway.get("/orders/none").status == 404)
            let notAllowed = try await gateway.get("/orders")
            #expect(notAllowed.status == 405)
            #expect(notAllowed["Allow"]?.contains("POST") == true)
            #expect(try await gateway.kcat.records(in: "order-events").isEmpty)
        }
    }

    @Test
    func `without inventory orders stay pending`() async throws {
        try await withDev(["--no-inventory"]) { gateway in
            let id = try await gateway.place()
            // Its own answer would have come long before those of a hundred later orders.
            for number in 0..<100 {
                let later = try await gateway.place(OrderText.order(customer: "c-\(number)"))
                try await gateway.view(of: later)
            }
            #expect(try await gateway.view(of: id).json["status"] == "pending")
            #expect(try await gateway.kcat.records(in: "inventory-events").isEmpty)
        }
    }

    @Test
    func `the pieces of a stock file run out`() async throws {
        let folder = try TemporaryFolder()
        let stock = try folder.write(#"{"p-1": 3}"#, to: "stock.json")
        try await withDev(["--stock", stock]) { gateway in
            let first = try await gateway.place(OrderText.order(customer: "c-1", quantity: 2))
            try await gateway.view(of: first) { $0["status"] == "confirmed" }
            let second = try await gateway.place(OrderText.order(customer: "c-2", quantity: 2))
            try await gateway.view(of: second) { $0["reason"] == "insufficient_stock" }
            let third = try await gateway.place(OrderText.order(customer: "c-3", quantity: 1))
            try await gateway.view(of: third) { $0["status"] == "confirmed" }
            let fourth = try await gateway.place(
                OrderText.order(customer: "c-4", product: "p-unlisted", quantity: 1_000)
            )
            try await gateway.view(of: fourth) { $0["status"] == "confirmed" }
        }
    }
}
