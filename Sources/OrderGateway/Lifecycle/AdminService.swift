internal import HTTPServer
internal import OrderStreams
internal import Telemetry
internal import Transport

/// Serves the port for operators until the gateway stops.
///
/// It starts first and stops last, so that it shows how the rest starts and stops.
struct AdminService: Service {
    private enum Limits {
        /// The time for requests in flight at the stop.
        ///
        /// Nobody waits for orders any more by then.
        static let patience = Duration.seconds(1)
    }

    let name = "admin"

    private let server: Server
    private let logger: Logger

    init(server: Server, logger: Logger) {
        self.server = server
        self.logger = logger
    }

    func run() async throws {
        do {
            try server.start(name: name)
        } catch {
            throw AdminPortError(reason: error)
        }
        let addresses = server.addresses.map(\.description).joined(separator: ",")
        logger.info("the admin port is open", metadata: ["address": addresses])
        server.reportMissing(logger)
        await untilCancelled()
        await shieldedFromCancellation { _ = await server.shutdown(within: Limits.patience) }
    }
}

extension Server {
    /// Logs the addresses of the host on which the server does not listen.
    func reportMissing(_ logger: Logger) {
        for (address, reason) in missing {
            logger.warning(
                "not listening on an address of the host; give the address instead of the name if"
                    + " it is not meant",
                metadata: ["address": "\(address)", "reason": "\(reason)"]
            )
        }
    }
}
