package import HTTPServer
package import Kafka
internal import Orders
package import Transport
package import Telemetry
package import OrderAPI
package import OrderStreams

/// Everything that can be configured, checked.
package struct GatewayConfiguration: Sendable {
    package enum Defaults {
        package static let httpHost = "127.0.0.1"
        package static let httpPort: UInt16 = 8080
        package static let dataDir = "order-gateway-data"
        /// For the broker to acknowledge an order, all told.
        package static let requestTimeout = Duration.seconds(10)
        /// For requests in flight when the gateway stops.
        package static let shutdownTimeout = Duration.seconds(15)
        /// How much earlier than the request's deadline the broker's answer is given up, so that
        /// the outcome is known when the client is told.
        package static let deliveryMargin = Duration.seconds(2)
    }

    package var http = SocketAddress(host: Defaults.httpHost, port: Defaults.httpPort)
    /// Whether another gateway may listen on the same port.
    package var sharesPort = false
    /// The path of a socket to listen on instead of a port.
    package var httpSocket: String?
    /// Who may connect to that socket.
    package var socketAccess = SocketFileAccess()
    /// A socket to listen on instead of either, passed on by who started us.
    package var inheritedSocket: Int32?
    package var limits = ServerLimits()
    /// `nil` for one for each processor that there is.
    package var eventLoops: Int?
    /// `nil` when clients may ask as much as they like.
    package var rateLimit: RateLimit?
    /// `nil` when nothing said so: `dev` brings its own.
    package var kafkaBrokers: String?
    /// The last one of a name counts.
    package var kafkaProperties: [KafkaProperty] = []
    /// `nil` when nothing said so.
    package var dataDir: String?
    package var logLevel = Logger.Level.info
    package var logFormat = LogFormat.text
    package var requestTimeout = Defaults.requestTimeout
    package var shutdownTimeout = Defaults.shutdownTimeout
    /// Between readiness that says so and the beginning of a stop.
    package var drainDelay = Duration.zero

    package var format = EventFormat()
    package var lostEvents = LostEvents.stop
    package var unreadableRecords = UnreadableRecords.stop
    /// In events: with more to be consumed the gateway is not ready.
    package var maximumLag: Int64 = 50_000
    package var retries = RetryPolicy()

    package init() {}

    /// Where HTTP is served.
    package var listening: ListenAddress {
        if let inheritedSocket { return .inherited(descriptor: inheritedSocket) }
        if let httpSocket {
            let path = httpSocket.contains("/") ? httpSocket : "./\(httpSocket)"
            return .unix(path: path, access: socketAccess)
        }
        return .tcp(http, sharesPort: sharesPort)
    }

    /// For how long the producer tries: the request's deadline less a margin.
    package var deliveryTimeout: Duration { requestTimeout - Defaults.deliveryMargin }

    /// - Throws: ``ConfigurationError/missing(_:)`` when no broker was named.
    package func requireKafkaBrokers() throws(ConfigurationError) -> String {
        guard let kafkaBrokers else { throw .missing(.kafkaBrokers) }
        return kafkaBrokers
    }
}
