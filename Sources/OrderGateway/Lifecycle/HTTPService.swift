internal import HTTPServer
internal import Transport
internal import Telemetry
internal import OrderStreams

/// Runs the HTTP server until the gateway stops.
///
/// When it stops, it lets the requests in flight finish.
struct HTTPService: Service {
    let name = "http"

    private let server: Server
    private let status: HTTPStatus
    /// The configured limit of connections.
    private let wantedConnections: Int
    private let patience: Duration
    private let logger: Logger

    init(
        server: Server,
        status: HTTPStatus,
        wantedConnections: Int,
        patience: Duration,
        logger: Logger
    ) {
        self.server = server
        self.status = status
        self.wantedConnections = wantedConnections
        self.patience = patience
        self.logger = logger
    }

    func run() async throws {
        // Begin before the first connections arrive, because they may have to wait.
        status.begin()
        try server.start()
        let addresses = server.addresses.map(\.description).joined(separator: ",")
        logger.info("listening", metadata: ["address": addresses])
        server.reportMissing(logger)
        noteLimit()
        await untilCancelled()
        status.end()
        let cutOff = await shieldedFromCancellation { await server.shutdown(within: patience) }
        logger.info("HTTP stopped", metadata: ["cut_off": "\(cutOff)"])
    }

    /// Logs that fewer connections are possible than configured.
    private func noteLimit() {
        guard server.connectionLimit < wantedConnections else { return }
        let isDefault = wantedConnections == ServerLimits().transport.connections
        logger.log(
            level: isDefault ? .info : .warning,
            "'ulimit -n' allows fewer connections than the limit, for broker and store need some"
                + " descriptors: raise it to have them all",
            metadata: [
                "connections": "\(server.connectionLimit)", "limit": "\(wantedConnections)",
                "descriptors": "\(DescriptorLimit.current)",
            ]
        )
    }
}
