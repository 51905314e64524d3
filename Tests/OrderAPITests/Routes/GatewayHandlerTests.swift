import HTTPServer
import TestSupport
import Testing

@testable import OrderAPI
@testable import Telemetry

struct GatewayHandlerTests {
    private let mine = [("X-Correlation-ID", "mine")]

    @Test(arguments: ["/page", "/order", "/orders/", "/orders/1/items", "/favicon.ico"])
    func `a path that is not there is not found`(_ path: String) async throws {
        let response = try await GatewayFixture().handler
            .answer("GET", "\(path)?query=1", fields: mine)
        #expect(response.status == .notFound)
        #expect(response[.contentType] == "application/problem+json")
        #expect(response[.correlationID] == "mine")
        #expect(response[.allow] == nil)
        #expect(try response.json["instance"].string == path)
        #expect(try response.json["correlation_id"] == "mine")
    }

    @Test(arguments: [
        ("GET", "/orders", "POST, OPTIONS"), ("HEAD", "/orders", "POST, OPTIONS"),
        ("POST", "/orders/1", "GET, HEAD, OPTIONS"), ("DELETE", "/orders/1", "GET, HEAD, OPTIONS"),
        ("PUT", "/healthz", "GET, HEAD, OPTIONS"), ("PATCH", "/openapi.yaml", "GET, HEAD, OPTIONS"),
    ])
    func `another method is told which there are`(
        _ method: String,
        _ path: String,
        _ allowed: String
    ) async throws {
        let response = try await GatewayFixture().handler.answer(method, path, fields: mine)
        #expect(response.status == .methodNotAllowed)
        #expect(response[.allow] == allowed)
        #expect(response[.correlationID] == "mine")
        let json = try response.json
        #expect(json["status"] == 405)
        #expect(json["instance"].string == path)
        #expect(json["detail"].string == "\(method) is not possible here; \(allowed) are.")
    }

    @Test(arguments: [
        ("/orders", "POST, OPTIONS"), ("/orders/1", "GET, HEAD, OPTIONS"),
        ("*", "GET, HEAD, POST, OPTIONS"),
    ])
    func `OPTIONS lists the methods`(_ target: String, _ allowed: String) async throws {
        let response = try await GatewayFixture().handler.answer("OPTIONS", target, fields: mine)
        #expect(response.status == .noContent)
        #expect(response[.allow] == allowed)
        #expect(response[.correlationID] == "mine")
        #expect(response.body.isEmpty)
    }

    @Test(arguments: ["/healthz", "/readyz"])
    func `OPTIONS of the health routes says what GET says`(_ path: String) async throws {
        let gateway = try GatewayFixture()
        for isReady in [false, true] {
            let get = try await gateway.handler.answer("GET", path)
            let options = try await gateway.handler.answer("OPTIONS", path, fields: mine)
            #expect(options.status == get.status)
            #expect(options.status == (isReady || path == "/healthz" ? .ok : .serviceUnavailable))
            #expect(options.body == get.body)
            #expect(options[.contentType] == "application/json")
            #expect(options[.allow] == "GET, HEAD, OPTIONS")
            #expect(options[.correlationID] == "mine")
            for part in Health.Part.ofGateway { gateway.health.succeed(part) }
        }
    }

    @Test func `OPTIONS of nothing is not found`() async throws {
        #expect(try await GatewayFixture().handler.answer("OPTIONS", "/x").status == .notFound)
    }

    @Test func `HEAD is answered like GET`() async throws {
        let gateway = try GatewayFixture()
        let id = try await gateway.placeOrder()
        let get = try await gateway.handler.answer("GET", "/orders/\(id)")
        let head = try await gateway.handler.answer("HEAD", "/orders/\(id)")
        #expect(head.status == .ok)
        #expect(head[.eTag] == get[.eTag])
        #expect(head[.contentType] == get[.contentType])
        // The server counts the content for Content-Length and leaves it out.
        #expect(head.body == get.body)
    }

    @Test func `what never became a request is a problem too`() async throws {
        let handler = try GatewayFixture().handler
        let (request, _) = try admitted(
            by: handler,
            "GET",
            "/",
            fields: [("X-Correlation-ID", "mine")]
        )
        let response = handler.respond(to: .headTooLarge(limitBytes: 32_768), request.head)
        #expect(response.status == .requestHeaderFieldsTooLarge)
        #expect(response[.correlationID] == "mine")
        #expect(try response.json["detail"] == "The request's head is larger than 32768 bytes.")
        #expect(try response.json["instance"] == .null)
        let early = handler.respond(to: .malformed(reason: "no method"), nil)
        #expect(early.status == .badRequest)
        #expect(early[.correlationID] != nil)
    }
}
