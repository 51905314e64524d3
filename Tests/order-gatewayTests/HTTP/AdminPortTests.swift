import Foundation
import TestSupport
import Testing

/// The port for operators.
struct AdminPortTests {
    @Test func `health and orders are answered on both ports`() async throws {
        let gateway = try await GatewayProcess.dev(["--admin-port", "0", "--no-inventory"])
        #expect(try gateway.adminPort() != gateway.port)
        #expect(gateway.process.output.contains("\nAdmin port      http://127.0.0.1:"))
        let id = try await gateway.place()
        try await gateway.view(of: id)
        for path in ["/healthz", "/readyz", "/orders/\(id)", "/openapi.yaml"] {
            #expect(try await gateway.get(path).status == 200, "\(path)")
            #expect(try await gateway.getFromAdmin(path).status == 200, "\(path)")
        }
        #expect(try await gateway.stop() == 0)
    }

    @Test func `a port for operators that is in use is told with its flag`() async throws {
        let folder = try TemporaryFolder()
        let occupied = try OccupiedPort()
        let gateway = try orderGateway([
            "serve", "--kafka-brokers", "127.0.0.1:1", "--data-dir", folder.path("data"),
            "--http-port", "0", "--admin-port", "\(occupied.port)",
        ])
        #expect(try await gateway.waitForExit() == 69)
        let expected =
            "order-gateway: --admin-port: 127.0.0.1:\(occupied.port) is in use by another process"
        #expect(gateway.errorOutput.contains(expected), "\(gateway.report)")
    }
}
