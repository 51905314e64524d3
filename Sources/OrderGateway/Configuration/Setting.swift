/// One thing that can be configured: by a flag, by the environment, or by the file, in that order.
///
/// The raw value is the setting's key in the file; flag and variable are named after it. All else
/// that there is to know of a setting stands in its row of the table, ``declaration``.
package enum Setting: String, CaseIterable, Sendable {
    case httpHost = "http.host"
    case httpPort = "http.port"
    case httpSocket = "http.socket"
    case httpSocketMode = "http.socket-mode"
    case httpSocketGroup = "http.socket-group"
    case httpReusePort = "http.reuse-port"
    case http2Upgrade = "http2.upgrade"
    case httpLimit = "http.limit"
    case rateLimit = "rate.limit"
    case eventLoops = "event.loops"
    case dataDir = "data.dir"
    case requestTimeout = "request.timeout"
    case shutdownTimeout = "shutdown.timeout"
    case drainDelay = "drain.delay"
    case lostEvents = "lost.events"
    case unreadableRecords = "unreadable.records"
    case readyMaxLag = "ready.max-lag"
    case retryAttempts = "retry.attempts"
    case retryFirst = "retry.first"
    case retryLongest = "retry.longest"
    case retryJitter = "retry.jitter"
    case eventVersion = "event.version"
    case eventCurrency = "event.currency"
    case kafkaBrokers = "kafka.brokers"
    // The last of several values of a property counts: what is read first yields.
    case kafkaConfigFile = "kafka.config-file"
    case kafkaConfig = "kafka.config"
    case logLevel = "log.level"
    case logFormat = "log.format"

    /// The flag without its hyphens, such as `http-port`.
    package var flagName: String { rawValue.replacing(".", with: "-") }

    /// Such as `--http-port`.
    package var flag: String { "--\(flagName)" }

    /// Such as `HTTP_PORT`.
    package var environmentName: String { flagName.replacing("-", with: "_").uppercased() }

    /// What a value has to be, in words that end an error message.
    package var accepted: String { declaration.accepted }
}
