package import HTTPServer
internal import Transport

/// A limit of the HTTP server in the form of the setting, such as `body-bytes=65536`.
///
/// ``ServerLimits`` describes each limit and the reason for its default.
package enum HTTPLimit: String, CaseIterable, Sendable {
    case headBytes = "head-bytes"
    case targetBytes = "target-bytes"
    case fieldLines = "field-lines"
    case bodyBytes = "body-bytes"
    case heldBodyBytes = "held-body-bytes"
    case connections
    case connectionsPerClient = "connections-per-client"
    case requestsPerConnection = "requests-per-connection"
    case streamsPerConnection = "streams-per-connection"
    case headSeconds = "head-seconds"
    case bodySeconds = "body-seconds"
    case bodyBytesPerSecond = "body-bytes-per-second"
    case idleSeconds = "idle-seconds"
    case writeSeconds = "write-seconds"

    /// The range of values with which the server works.
    package var range: ClosedRange<Int> {
        switch self {
        case .headBytes: 1024...1024 * 1024
        case .targetBytes: 256...64 * 1024
        case .fieldLines: 8...10_000
        case .bodyBytes: 1024...16 * 1024 * 1024
        case .heldBodyBytes: 1024 * 1024...16 * 1024 * 1024 * 1024
        case .connections, .connectionsPerClient: 1...1_000_000
        case .requestsPerConnection: 1...1_000_000_000
        case .streamsPerConnection: 1...10_000
        case .bodyBytesPerSecond: 1...1_000_000_000
        case .headSeconds, .bodySeconds, .idleSeconds, .writeSeconds: 1...3600
        }
    }

    /// Reads `name=value`.
    ///
    /// - Returns: `nil` for an unknown name, or a value out of range.
    package static func parse(_ text: String) -> (limit: HTTPLimit, value: Int)? {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let limit = HTTPLimit(rawValue: String(parts[0])),
            let value = Int(parts[1]), limit.range.contains(value)
        else { return nil }
        return (limit, value)
    }

    package func set(_ value: Int, in limits: inout ServerLimits) {
        switch self {
        case .headBytes: limits.headBytes = value
        case .targetBytes: limits.targetBytes = value
        case .fieldLines: limits.fieldLines = value
        case .bodyBytes: limits.bodyBytes = value
        case .heldBodyBytes: limits.heldBodyBytes = value
        case .connections: limits.transport.connections = value
        case .connectionsPerClient: limits.transport.connectionsPerClient = value
        case .requestsPerConnection: limits.requestsPerConnection = value
        case .streamsPerConnection: limits.concurrentStreams = value
        case .headSeconds: limits.headTimeout = .seconds(value)
        case .bodySeconds: limits.bodyTimeout = .seconds(value)
        case .bodyBytesPerSecond: limits.bodyBytesPerSecond = value
        case .idleSeconds: limits.idleTimeout = .seconds(value)
        case .writeSeconds: limits.writeTimeout = .seconds(value)
        }
    }

    /// All names with their ranges, for an error message.
    static var list: String {
        allCases.map { "\($0.rawValue) \($0.range.lowerBound)–\($0.range.upperBound)" }
            .joined(separator: ", ")
    }
}
