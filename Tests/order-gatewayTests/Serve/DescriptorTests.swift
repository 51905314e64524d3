import Foundation
import TestSupport
import Testing

/// What clients leave the gateway.
@Suite(.serialized)
struct DescriptorTests {
    private enum Limits {
        static let descriptors = 300
        static let clients = 300
        /// At least so many of them stay connected: they are not simply all thrown out.
        static let kept = 50
    }

    @Test func `idle clients do not keep it from a broker that comes back`() async throws {
        try await withBroker { broker in
            let folder = try TemporaryFolder()
            let gateway = try await GatewayProcess.serve(
                brokers: broker.bootstrapServers,
                dataDir: folder.path("data"),
                descriptors: Limits.descriptors
            )
            try await gateway.waitForReadiness()
            let clients = try (0..<Limits.clients).map { _ in
                try RawConnection(port: gateway.port)
            }
            try await gateway.view(of: try await gateway.place())

            try await broker.stop()
            try await gateway.waitForReadiness(503)
            try await broker.restart()
            try await gateway.waitForReadiness()
            for _ in 0..<20 { try await gateway.view(of: try await gateway.place()) }

            let kept = clients.count { $0.isSilent(for: .zero) }
            #expect(kept >= Limits.kept)
            #expect(try await gateway.stop() == 0, "\(gateway.process.report)")
        }
    }
}
