package import HTTPServer

/// Runs the HTTP server until the gateway stops; then lets the requests in flight finish.
package struct HTTPService: Service {
    package let name = "http"

    private let server: Server
    private let health: Health
    private let patience: Duration
    private let logger: Logger

    package init(server: Server, health: Health, patience: Duration, logger: Logger) {
        self.server = server
        self.health = health
        self.patience = patience
        self.logger = logger
    }

    package func run() async throws {
        server.start()
        health.succeed(.http)
        logger.info("listening", metadata: ["address": "\(server.address)"])
        await untilCancelled()
        health.fail(.http, "stopping")
        let cutOff = await shieldedFromCancellation { await server.shutdown(within: patience) }
        logger.info("HTTP stopped", metadata: ["cut_off": "\(cutOff)"])
    }
}
