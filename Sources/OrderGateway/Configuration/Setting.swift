/// A setting.
///
/// Its value comes from a flag, an environment variable or the settings file, in this order of
/// precedence.
///
/// The raw value is the key in the file, within its group if it has a dot. The names of the flag and the variable are derived from
/// it. Its row of the table, ``declaration``, has all other data.
package enum Setting: String, CaseIterable, Sendable {
    case httpHost = "http.host"
    case httpPort = "http.port"
    case httpSocket = "http.socket"
    case httpSocketMode = "http.socket-mode"
    case httpSocketGroup = "http.socket-group"
    case httpReusePort = "http.reuse-port"
    case http2Upgrade = "http2.upgrade"
    case httpLimit = "http.limit"
    case adminPort = "admin.port"
    case adminHost = "admin.host"
    case page
    case rateLimit = "rate.limit"
    case eventLoops = "event.loops"
    case dataDir = "data.dir"
    case requestTimeout = "request.timeout"
    case shutdownTimeout = "shutdown.timeout"
    case drainDelay = "drain.delay"
    case lostEvents = "lost.events"
    case unreadableRecords = "unreadable.records"
    case readyMaxLag = "ready.max-lag"
    case readyMinDisk = "ready.min-disk"
    case retryAttempts = "retry.attempts"
    case retryFirst = "retry.first"
    case retryLongest = "retry.longest"
    case retryJitter = "retry.jitter"
    case eventVersion = "event.version"
    case eventCurrency = "event.currency"
    case kafkaBrokers = "kafka.brokers"
    // Read before kafka.config, because the last value of a property counts.
    case kafkaConfigFile = "kafka.config-file"
    case kafkaConfig = "kafka.config"
    case logLevel = "log.level"
    case logFormat = "log.format"
    case accessLog = "access.log"

    /// The flag without its hyphens, such as `http-port`.
    package var flagName: String { rawValue.replacing(".", with: "-") }

    /// The flag, such as `--http-port`.
    package var flag: String { "--\(flagName)" }

    /// The variable, such as `HTTP_PORT`.
    package var environmentName: String { flagName.replacing("-", with: "_").uppercased() }

    /// The accepted values, as the end of an error message.
    package var accepted: String { declaration.accepted }
}
