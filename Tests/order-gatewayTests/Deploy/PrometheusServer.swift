import Foundation
import TestSupport

/// A Prometheus with the configuration and the rules of this repository, which asks one gateway.
///
/// Only the address of the gateway and the intervals differ: it asks every second.
final class PrometheusServer: Sendable {
    private let process: ChildProcess
    private let folder: TemporaryFolder
    let port: Int

    private init(_ process: ChildProcess, _ folder: TemporaryFolder, port: Int) {
        self.process = process
        self.folder = folder
        self.port = port
    }

    /// Runs a body beside a Prometheus, which ends with it.
    static func run(
        scraping gateway: GatewayProcess,
        _ body: (PrometheusServer) async throws -> Void
    ) async throws {
        let server = try await start(scraping: gateway)
        do {
            try await body(server)
        } catch {
            server.process.kill()
            throw error
        }
        server.process.terminate()
        try await server.process.waitForExit()
    }

    private static func start(scraping gateway: GatewayProcess) async throws -> PrometheusServer {
        let folder = try TemporaryFolder()
        for rules in ["recording.yml", "alerts.yml"] {
            try folder.write(try Repository.text(of: "Deploy/prometheus/\(rules)"), to: rules)
        }
        let configuration = try Repository.text(of: "Deploy/prometheus/prometheus.yml")
            .replacing("_interval: 15s", with: "_interval: 1s")
            .replacing("gateway:8080", with: "127.0.0.1:\(gateway.port)")
        let port = try freePort()
        let process = try ChildProcess(
            "prometheus",
            [
                "--config.file=\(try folder.write(configuration, to: "prometheus.yml"))",
                "--storage.tsdb.path=\(folder.path("data"))",
                "--web.listen-address=127.0.0.1:\(port)",
                "--web.user-assets=\(Repository.path("docs"))",
                "--log.level=warn",
            ]
        )
        let server = PrometheusServer(process, folder, port: port)
        try await eventually("Prometheus to be ready") {
            guard process.isRunning else { throw SupportError(process.report) }
            return (try? await server.get("/-/ready").status) == 200
        }
        return server
    }

    func get(_ target: String) async throws -> HTTPReply {
        let port = port
        return try await onThread { try HTTPClient(port: port).get(target) }
    }

    /// The samples that an expression has now: their labels and values.
    func query(_ expression: String) async throws -> [JSONValue] {
        let text = expression.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
        let reply = try await get("/api/v1/query?query=\(text)")
        guard reply.status == 200 else { throw SupportError("\(expression): \(reply.text)") }
        return try reply.json["data"]["result"].elements
    }

    /// Whether an expression has a sample that is a number.
    func hasData(_ expression: String) async throws -> Bool {
        try await query(expression).contains { $0["value"][1].string.map { $0 != "NaN" } ?? false }
    }

    /// The rules as they were last evaluated.
    func rules() async throws -> [JSONValue] {
        try await get("/api/v1/rules").json["data"]["groups"].elements
            .flatMap { $0["rules"].elements }
    }
}
