internal import Configuration

/// One thing that can be configured: by a flag, by the environment, or by the file, in that order.
package enum Setting: String, CaseIterable, Sendable {
    case httpHost = "http.host"
    case httpPort = "http.port"
    case httpReusePort = "http.reuse-port"
    case httpSocket = "http.socket"
    case httpLimit = "http.limit"
    case rateLimit = "rate.limit"
    case kafkaBrokers = "kafka.brokers"
    case kafkaConfig = "kafka.config"
    case dataDir = "data.dir"
    case logLevel = "log.level"
    case logFormat = "log.format"
    case requestTimeout = "request.timeout"
    case shutdownTimeout = "shutdown.timeout"
    case eventVersion = "event.version"
    case eventCurrency = "event.currency"
    case lostEvents = "lost.events"
    case retryAttempts = "retry.attempts"
    case retryFirst = "retry.first"
    case retryLongest = "retry.longest"
    case retryJitter = "retry.jitter"

    var key: ConfigKey { ConfigKey(rawValue) }

    /// Such as `--http-port`.
    package var flag: String { "--" + rawValue.replacing(".", with: "-") }

    /// Such as `HTTP_PORT`.
    package var environmentName: String { rawValue.replacing(/[.-]/, with: "_").uppercased() }

    /// What a value has to be, in words that end an error message.
    package var accepted: String {
        switch self {
        case .httpHost: "a host name or address, such as 127.0.0.1 or 0.0.0.0"
        case .httpPort: "a port from 0 (any free one) to 65535"
        case .httpReusePort: "true or false"
        case .httpSocket: "a path of at most 105 bytes"
        case .httpLimit: "name=value, with one of \(HTTPLimit.list)"
        case .rateLimit:
            "requests/seconds, such as 100/60, with 1 to 1000000 requests in 1 to 3600 seconds"
        case .kafkaBrokers: "host:port, several separated by commas, such as localhost:9092"
        case .kafkaConfig: "librdkafka properties as key=value, such as compression.type=zstd"
        case .dataDir: "a folder's path"
        case .logLevel: "one of trace, debug, info, notice, warning, error, critical"
        case .logFormat: "text or json"
        case .requestTimeout: "whole seconds from 3 to 300"
        case .shutdownTimeout: "whole seconds from 1 to 300"
        case .eventVersion: "1.0 or 2.0"
        case .eventCurrency: "three upper-case letters, such as USD"
        case .lostEvents: "stop or accept"
        case .retryAttempts: "a whole number from 1 to 100"
        case .retryFirst, .retryLongest: "whole seconds from 1 to 3600"
        case .retryJitter: "percent, from 0 to 100"
        }
    }
}

/// Why the configuration cannot be used.
///
/// The command line exits with 64 for it (sysexits.h, `EX_USAGE`).
package enum ConfigurationError: Error, Equatable, Sendable, CustomStringConvertible {
    case missing(Setting)
    /// - Parameter source: Where the value came from, such as `the environment variable HTTP_PORT`.
    case invalid(Setting, value: String, source: String)
    case file(path: String, reason: String)

    package var description: String {
        switch self {
        case .missing(let setting):
            "\(setting.flag) is missing: give \(setting.accepted)"
                + " (or set \(setting.environmentName))"
        case .invalid(let setting, let value, let source):
            "\(setting.flag): '\(value)' from \(source) is not accepted: give \(setting.accepted)"
        case .file(let path, let reason):
            "--config: \(path): \(reason)"
        }
    }
}
