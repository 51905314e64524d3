package import HTTPServer
package import Kafka
internal import Orders
package import Transport
package import Telemetry
package import OrderAPI
package import OrderStreams

/// The checked values of all settings.
package struct GatewayConfiguration: Sendable {
    package enum Defaults {
        package static let httpHost = "127.0.0.1"
        package static let httpPort: UInt16 = 8080
        package static let dataDir = "order-gateway-data"
        /// The time limit for an order, until the broker has acknowledged it.
        package static let requestTimeout = Duration.seconds(10)
        /// The time limit for requests in flight when the gateway stops.
        package static let shutdownTimeout = Duration.seconds(15)
        /// The time between the producer's deadline and the deadline of the request.
        ///
        /// The outcome is thus known when the gateway responds.
        package static let deliveryMargin = Duration.seconds(2)
    }

    package var http = SocketAddress(host: Defaults.httpHost, port: Defaults.httpPort)
    /// Whether another gateway may listen on the same port.
    package var sharesPort = false
    /// The path of a socket to listen on instead of a port.
    package var httpSocket: String?
    /// The permissions of that socket.
    package var socketAccess = SocketFileAccess()
    /// A passed-on socket of the parent process to listen on, instead of a port or a path.
    package var inheritedSocket: Int32?
    package var limits = ServerLimits()
    /// The port for operators; `nil` if their routes are on the port for clients.
    package var adminPort: UInt16?
    package var adminHost = Defaults.httpHost
    /// Whether the live page is served, on the port for operators.
    package var servesPage = true
    /// The number of event loops; `nil` for one loop per processor.
    package var eventLoops: Int?
    /// The quota of each client; `nil` for no quota.
    package var rateLimit: RateLimit?
    /// The addresses of the brokers.
    ///
    /// `nil` if not set: `dev` starts its own broker.
    package var kafkaBrokers: String?
    /// The properties of librdkafka.
    ///
    /// If a name occurs more than once, the last value counts.
    package var kafkaProperties: [KafkaProperty] = []
    /// The data folder; `nil` if not set.
    package var dataDir: String?
    package var logLevel = Logger.Level.info
    package var logFormat = LogFormat.text
    package var accessLog = AccessLogFormat.off
    /// The recording of traces, which has variables of its own.
    package var tracing = TracingSettings()
    package var requestTimeout = Defaults.requestTimeout
    package var shutdownTimeout = Defaults.shutdownTimeout
    /// The time between announcing a stop in readiness and the stop itself.
    package var drainDelay = Duration.zero

    package var format = EventFormat()
    package var lostEvents = LostEvents.stop
    package var unreadableRecords = UnreadableRecords.stop
    /// The maximum number of events that are not consumed yet.
    ///
    /// Above it, the gateway is not ready.
    package var maximumLag: Int64 = 50_000
    /// The free bytes of the read model's disk below which the gateway is not ready.
    package var minimumFreeBytes = DiskWatch.Limits.freeBytes
    package var retries = Backoff.publishing

    package init() {}

    /// The address, socket file or passed-on socket on which HTTP is served.
    package var listening: ListenAddress {
        if let inheritedSocket { return .inherited(descriptor: inheritedSocket) }
        if let httpSocket {
            let path = httpSocket.contains("/") ? httpSocket : "./\(httpSocket)"
            return .unix(path: path, access: socketAccess)
        }
        return .tcp(http, sharesPort: sharesPort)
    }

    /// The address on which operators are served; `nil` if there is none of its own.
    var adminListening: ListenAddress? {
        adminPort.map {
            .tcp(SocketAddress(host: adminHost, port: $0), sharesPort: sharesPort)
        }
    }

    /// Whether the port for operators is the port for clients.
    ///
    /// The kernel refuses that, too, but not if the port may be shared.
    var hasOnePortTwice: Bool {
        guard let adminPort, adminPort != 0, httpSocket == nil else { return false }
        return adminPort == http.port && adminHost == http.host
    }

    /// The settings for consuming the event topics.
    var consuming: ConsumerSettings {
        ConsumerSettings(
            registry: format.registry,
            lostEvents: lostEvents,
            unreadable: unreadableRecords,
            maximumLag: maximumLag
        )
    }

    /// The time limit of the producer: the deadline of the request less a margin.
    package var deliveryTimeout: Duration { requestTimeout - Defaults.deliveryMargin }

    /// - Throws: ``ConfigurationError/missing(_:)`` if no broker was named.
    package func requireKafkaBrokers() throws(ConfigurationError) -> String {
        guard let kafkaBrokers else { throw .missing(.kafkaBrokers) }
        return kafkaBrokers
    }
}
