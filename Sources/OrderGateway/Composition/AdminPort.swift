internal import HTTPServer
internal import OrderAPI
internal import Telemetry
package import Transport

/// The routes for operators, which no client needs.
struct AdminPort: Sendable {
    enum Limits {
        /// The connections to a port of its own.
        ///
        /// They come out of the descriptors that are kept for the gateway itself, of which it has
        /// some 50 open. Prometheus, probes and a few pages need 20.
        static let connections = 64
        /// The streams of changes, so that half of the connections are left for Prometheus and
        /// probes.
        static let streams = 32
        /// The memory for incomplete bodies: the largest body on each of these connections.
        static let heldBodyBytes = 8 * 1024 * 1024
        /// The time during a stop in which an idle connection may send one more request.
        ///
        /// Whoever scrapes or probes simply asks again elsewhere.
        static let drainTimeout = Duration.milliseconds(100)
    }

    let configuration: GatewayConfiguration
    let metrics: Metrics
    let status: StatusReport
    let logger: Logger

    /// Makes the routes for one event loop.
    func routes(stamp: RequestStamp) -> [Route] {
        MetricsRoute(registry: metrics.registry).routes
            + StatusRoute { [status] in status.document.json }.routes
            + LogLevelRoutes(logger: logger, isShared: configuration.adminListening == nil).routes
            + (configuration.servesPage ? PageRoute().routes : [])
    }

    /// Returns the limits of a port of its own.
    static func limits(_ limits: ServerLimits) -> ServerLimits {
        var limits = limits
        limits.transport.connections = Limits.connections
        limits.transport.drainTimeout = Limits.drainTimeout
        limits.heldBodyBytes = Limits.heldBodyBytes
        return limits
    }
}

/// The port for operators cannot be listened on.
package struct AdminPortError: Error, CustomStringConvertible {
    package let reason: ServerError

    package var description: String { reason.description }
}
