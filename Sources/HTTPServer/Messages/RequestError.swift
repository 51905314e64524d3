/// Why bytes from a client are no request that can be answered.
package enum RequestError: Error, Equatable, Sendable {
    /// The bytes break the grammar or the framing rules; `reason` says where.
    case malformed(reason: String)
    /// The request line is longer than ``ServerLimits/targetBytes`` allows (RFC 9110 §15.5.15).
    case targetTooLong(limitBytes: Int)
    /// The head is larger than ``ServerLimits/headBytes`` (RFC 6585 §5).
    case headTooLarge(limitBytes: Int)
    /// More lines than ``ServerLimits/fieldLines`` (RFC 6585 §5).
    case tooManyFields(limit: Int)
    /// The content is larger than ``ServerLimits/bodyBytes`` (RFC 9110 §15.5.14).
    case bodyTooLarge(limitBytes: Int)
    /// `Expect` asks for something else than `100-continue` (RFC 9110 §10.1.1).
    case expectationUnknown
    /// A transfer coding other than `chunked` (RFC 9112 §6.1).
    case transferCodingUnknown
    /// A method that this server has never heard of, or `CONNECT` (RFC 9110 §9.1).
    case methodUnknown
    /// A major version other than 1 (RFC 9110 §15.6.6).
    case versionUnsupported
    /// The client took longer than the limit to send the rest (RFC 9110 §15.5.9).
    case timedOut(limit: Duration)
    /// The client has as many connections as ``TransportLimits/connectionsPerClient`` (RFC 6585 §4).
    case tooManyConnections(limit: Int)
    /// The connections of one loop hold more than its share of ``ServerLimits/heldBodyBytes``, or
    /// this one more than ``ServerLimits/heldConnectionBodyBytes`` (RFC 9110 §15.6.4).
    case overloaded

    /// Whether it is refused because there is too much at once, not for what it is.
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
