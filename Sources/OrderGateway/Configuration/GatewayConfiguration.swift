package import HTTPServer
package import Kafka
internal import Orders

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
    /// A socket to listen on instead of either, passed on by who started us.
    package var inheritedSocket: Int32?
    package var limits = ServerLimits()
    /// `nil` when clients may ask as much as they like.
    package var rateLimit: RateLimit?
    /// `nil` when nothing said so: `dev` brings its own.
    package var kafkaBrokers: String?
    package var kafkaProperties: [KafkaProperty] = []
    /// `nil` when nothing said so.
    package var dataDir: String?
    package var logLevel = Logger.Level.info
    package var logFormat = LogFormat.text
    package var requestTimeout = Defaults.requestTimeout
    package var shutdownTimeout = Defaults.shutdownTimeout

    package var format = EventFormat()
    package var lostEvents = LostEvents.stop
    package var retries = RetryPolicy()

    package init() {}

    /// Where HTTP is served.
    package var listening: ListenAddress {
        if let inheritedSocket { return .inherited(descriptor: inheritedSocket) }
        if let httpSocket {
            return .unix(path: httpSocket.contains("/") ? httpSocket : "./\(httpSocket)")
        }
        return .tcp(http, sharesPort: sharesPort)
    }

    /// For how long the producer tries: the request's deadline less a margin.
    package var deliveryTimeout: Duration { requestTimeout - Defaults.deliveryMargin }

    /// - Throws: ``ConfigurationError`` naming the first setting whose value is not accepted.
    package init(_ sources: SettingSources) throws(ConfigurationError) {
        let host = try sources.value(of: .httpHost) { $0.isEmpty ? nil : $0 }
        let port = try sources.value(of: .httpPort) { UInt16($0) }
        http = SocketAddress(host: host ?? http.host, port: port ?? http.port)
        sharesPort = try sources.value(of: .httpReusePort) { Bool($0) } ?? sharesPort
        httpSocket = try sources.value(of: .httpSocket) {
            (1...105).contains($0.utf8.count) ? $0 : nil
        }
        for (limit, value) in try sources.list(of: .httpLimit, HTTPLimit.parse) {
            limit.set(value, in: &limits)
        }
        rateLimit = try sources.value(of: .rateLimit, RateLimit.init(parsing:))
        kafkaBrokers = try sources.value(of: .kafkaBrokers) { Self.isBrokerList($0) ? $0 : nil }
        kafkaProperties = try sources.list(of: .kafkaConfig, KafkaProperty.init(parsing:))
        dataDir = try sources.value(of: .dataDir) { $0.isEmpty ? nil : $0 }
        logLevel = try sources.value(of: .logLevel) { Logger.Level(rawValue: $0) } ?? logLevel
        logFormat = try sources.value(of: .logFormat) { LogFormat(rawValue: $0) } ?? logFormat
        requestTimeout = try sources.seconds(.requestTimeout, 3...300) ?? requestTimeout
        shutdownTimeout = try sources.seconds(.shutdownTimeout, 1...300) ?? shutdownTimeout
        format.version =
            try sources.value(of: .eventVersion) { EventVersion(rawValue: $0) } ?? format.version
        format.currency =
            try sources.value(of: .eventCurrency) { Currency($0.utf8) } ?? format.currency
        lostEvents = try sources.value(of: .lostEvents) { LostEvents(rawValue: $0) } ?? lostEvents
        retries.attempts = try sources.number(.retryAttempts, 1...100) ?? retries.attempts
        retries.firstPause = try sources.seconds(.retryFirst, 1...3600) ?? retries.firstPause
        retries.longestPause = try sources.seconds(.retryLongest, 1...3600) ?? retries.longestPause
        let percent = try sources.number(.retryJitter, 0...100)
        retries.jitter = percent.map { Double($0) / 100 } ?? retries.jitter
    }

    /// - Throws: ``ConfigurationError/missing(_:)`` when no broker was named.
    package func requireKafkaBrokers() throws(ConfigurationError) -> String {
        guard let kafkaBrokers else { throw .missing(.kafkaBrokers) }
        return kafkaBrokers
    }

    /// `host:port`, several separated by commas; the port may be left out (9092 then).
    private static func isBrokerList(_ text: String) -> Bool {
        let brokers = text.split(separator: ",", omittingEmptySubsequences: false)
        return brokers.allSatisfy { broker in
            guard !broker.isEmpty, !broker.contains(where: \.isWhitespace) else { return false }
            guard let colon = broker.lastIndex(of: ":"), !broker.hasSuffix("]") else { return true }
            guard let port = UInt16(broker[broker.index(after: colon)...]) else { return false }
            return port > 0 && colon > broker.startIndex
        }
    }
}

extension SettingSources {
    fileprivate func value<Value>(
        of setting: Setting,
        _ convert: (String) -> Value?
    ) throws(ConfigurationError) -> Value? {
        guard let found = find(setting).last else { return nil }
        guard let value = convert(found.text) else {
            throw .invalid(setting, value: found.text, source: found.source)
        }
        return value
    }

    /// The values of a setting that may be repeated, or hold several with commas between them.
    fileprivate func list<Value>(
        of setting: Setting,
        _ convert: (String) -> Value?
    ) throws(ConfigurationError) -> [Value] {
        var values: [Value] = []
        for found in find(setting) {
            let list =
                found.isElement ? [found.text] : found.text.split(separator: ",").map(String.init)
            for text in list {
                guard let value = convert(text) else {
                    throw .invalid(setting, value: text, source: found.source)
                }
                values.append(value)
            }
        }
        return values
    }

    fileprivate func seconds(
        _ setting: Setting,
        _ range: ClosedRange<Int>
    ) throws(ConfigurationError) -> Duration? {
        try number(setting, range).map { .seconds($0) }
    }

    fileprivate func number(
        _ setting: Setting,
        _ range: ClosedRange<Int>
    ) throws(ConfigurationError) -> Int? {
        try value(of: setting) { text in
            Int(text).flatMap { range.contains($0) ? $0 : nil }
        }
    }
}
