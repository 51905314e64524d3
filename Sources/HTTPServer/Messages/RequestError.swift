/// The reason why bytes from a client are not a request that the server can handle.
package enum RequestError: Error, Equatable, Sendable {
    /// The bytes break the grammar or the framing rules; `reason` names the rule.
    case malformed(reason: String)
    /// The request target is longer than ``ServerLimits/targetBytes`` (RFC 9110 §15.5.15).
    case targetTooLong(limitBytes: Int)
    /// The head is larger than ``ServerLimits/headBytes`` (RFC 6585 §5).
    case headTooLarge(limitBytes: Int)
    /// The request has more lines than ``ServerLimits/fieldLines`` (RFC 6585 §5).
    case tooManyFields(limit: Int)
    /// The content is larger than ``ServerLimits/bodyBytes`` (RFC 9110 §15.5.14).
    case bodyTooLarge(limitBytes: Int)
    /// `Expect` asks for something other than `100-continue` (RFC 9110 §10.1.1).
    case expectationUnknown
    /// The request uses a transfer coding other than `chunked` (RFC 9112 §6.1).
    case transferCodingUnknown
    /// The method is unknown to this server, or is `CONNECT` (RFC 9110 §9.1).
    case methodUnknown
    /// The major version is not 1 (RFC 9110 §15.6.6).
    case versionUnsupported
    /// The client did not send the rest of the request within the limit (RFC 9110 §15.5.9).
    case timedOut(limit: Duration)
    /// The client already has ``TransportLimits/connectionsPerClient`` connections (RFC 6585 §4).
    case tooManyConnections(limit: Int)
    /// The connections of one event loop hold more than its share of
    /// ``ServerLimits/heldBodyBytes``, or this connection holds more than
    /// ``ServerLimits/heldConnectionBodyBytes`` (RFC 9110 §15.6.4).
    case overloaded

    /// Whether the request is refused because of load, and not because of its own content.
    var isShed: Bool {
        switch self {
        case .overloaded, .tooManyConnections: true
        default: false
        }
    }

    package var status: Status {
        switch self {
        case .malformed: .badRequest
        case .targetTooLong: .uriTooLong
        case .headTooLarge, .tooManyFields: .requestHeaderFieldsTooLarge
        case .bodyTooLarge: .contentTooLarge
        case .expectationUnknown: .expectationFailed
        case .transferCodingUnknown, .methodUnknown: .notImplemented
        case .versionUnsupported: .httpVersionNotSupported
        case .timedOut: .requestTimeout
        case .tooManyConnections: .tooManyRequests
        case .overloaded: .serviceUnavailable
        }
    }
}
