import HTTPServer
import Kafka
import TestSupport
import Testing

@testable import OrderAPI

/// `POST /orders` with `Content-Encoding` (RFC 9110 §8.4).
struct CompressedOrderTests {
    private let order = Array(GatewayFixture.order.utf8)

    private func answer(
        _ coding: String,
        _ body: [UInt8],
        _ gateway: GatewayFixture,
        type: String = "application/json"
    ) async throws -> Response {
        try await gateway.handler.answer(
            "POST",
            "/orders",
            fields: [("Content-Encoding", coding), ("Content-Type", type)],
            body: body
        )
    }

    @Test(arguments: [
        ("gzip", Compression.Frame.gzip), ("x-gzip", .gzip), ("GZip", .gzip), ("deflate", .zlib),
        ("deflate", .none), ("identity, gzip", .gzip),
    ])
    func `a compressed order is taken`(
        _ coding: String,
        _ frame: Compression.Frame
    ) async throws {
        let gateway = try GatewayFixture()
        let response = try await answer(coding, Compression.compress(order, frame), gateway)
        #expect(response.status == .accepted)
        let message = try #require(gateway.publisher.messages.first)
        let event = try JSONValue(parsing: message.value ?? [])
        #expect(event["data"]["total_amount"] == "19.985")
    }

    @Test func `one that is wrong is refused as if it had not been compressed`() async throws {
        let gateway = try GatewayFixture()
        let response = try await answer("gzip", Compression.compress(Array("{}".utf8)), gateway)
        #expect(response.status == .badRequest)
        #expect(try response.json["errors"].elements.count == 2)
    }

    @Test(arguments: ["br", "zstd", "compress", "gzip, gzip", "deflate, gzip", "gzip;q=1"])
    func `another coding is not taken, and the answer says which are`(
        _ coding: String
    ) async throws {
        let gateway = try GatewayFixture()
        let response = try await answer(coding, order, gateway)
        #expect(response.status == .unsupportedMediaType)
        #expect(response[.acceptEncoding] == "gzip, deflate")
        #expect(response[.accept] == nil)
        let detail = "Content-Encoding \(coding) is not supported; one of gzip, deflate is."
        #expect(try response.json["detail"].string == detail)
        #expect(gateway.publisher.messages.isEmpty)
    }

    @Test func `what is not what its coding says is damaged`() async throws {
        let gateway = try GatewayFixture()
        let gzip = Compression.compress(order)
        for (coding, body) in [
            ("gzip", order), ("gzip", []), ("gzip", Array(gzip.dropLast())), ("gzip", gzip + order),
            ("deflate", gzip), ("gzip", Compression.compress(order, .zlib)),
        ] {
            let response = try await answer(coding, body, gateway)
            #expect(response.status == .badRequest)
            let detail = try #require(try response.json["detail"].string)
            #expect(detail.hasPrefix("The body is not valid \(coding): "))
        }
        #expect(gateway.publisher.messages.isEmpty)
    }

    @Test func `one that becomes too large is too large`() async throws {
        let gateway = try GatewayFixture(bodyLimitBytes: 20_000)
        func padded(_ count: Int) -> [UInt8] {
            var generator = SeededGenerator(seed: 1)
            // White space that is worth a bit a byte.
            let padding = (0..<count - order.count).map { _ -> UInt8 in
                Bool.random(using: &generator) ? 0x20 : 0x09
            }
            return padding + order
        }
        let fits = try await answer("gzip", Compression.compress(padded(20_000)), gateway)
        #expect(fits.status == .accepted)
        let larger = try await answer("gzip", Compression.compress(padded(20_001)), gateway)
        #expect(larger.status == .contentTooLarge)
        let detail = "The content is larger than 20000 bytes once expanded."
        #expect(try larger.json["detail"].string == detail)
        let blank = [UInt8](repeating: 0x20, count: 100_000)
        let bomb = try await answer("gzip", Compression.compress(blank + order), GatewayFixture())
        #expect(bomb.status == .contentTooLarge)
        let reason = "The content is more than 100 times as large once expanded."
        #expect(try bomb.json["detail"].string == reason)
        #expect(gateway.publisher.messages.count == 1)
    }

    @Test func `a long one is expanded beside the loop, and is answered the same`() async throws {
        var generator = SeededGenerator(seed: 2)
        let padding = (0..<50_000).map { _ -> UInt8 in
            Bool.random(using: &generator) ? 0x20 : 0x09
        }
        let gzip = Compression.compress(padding + order)
        #expect(gzip.count > 4096)
        for (body, status) in [(gzip, 202), (gzip.dropLast(), 400), (gzip + [0], 400)] {
            let gateway = try GatewayFixture()
            let (request, _) = try admitted(
                by: gateway.handler,
                "POST",
                "/orders",
                fields: [("Content-Encoding", "gzip")],
                body: body
            )
            guard case .pending(let answer) = gateway.handler.answer(request) else {
                Issue.record("it was expanded at once")
                return
            }
            #expect(await answer().status.code == status)
            #expect(gateway.publisher.messages.count == (status == 202 ? 1 : 0))
        }
        let wrong = try await answer("gzip", Compression.compress(padding), GatewayFixture())
        #expect(wrong.status == .badRequest)
    }

    @Test func `a wrong type is not expanded to be refused`() async throws {
        let gateway = try GatewayFixture()
        let response = try await answer("gzip", Array("no gzip".utf8), gateway, type: "text/plain")
        #expect(response.status == .unsupportedMediaType)
        #expect(response[.accept] == "application/json")
    }
}
