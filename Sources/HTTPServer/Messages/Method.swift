/// The methods that this server supports (RFC 9110 §9.3, RFC 5789), by their names.
///
/// A value is one byte, so a copy is cheap. `CONNECT` is missing, because the gateway is not a
/// tunnel.
package enum Method: String, CaseIterable, Sendable {
    case get = "GET"
    case head = "HEAD"
    case post = "POST"
    case put = "PUT"
    case patch = "PATCH"
    case delete = "DELETE"
    case options = "OPTIONS"
    case trace = "TRACE"

    /// The position among all cases.
    package var index: Int {
        switch self {
        case .get: 0
        case .head: 1
        case .post: 2
        case .put: 3
        case .patch: 4
        case .delete: 5
        case .options: 6
        case .trace: 7
        }
    }

    /// Parses a method name from received bytes without creating a string.
    ///
    /// Methods are case-sensitive (RFC 9110 §9.1).
    init?(_ bytes: Span<UInt8>, _ range: Range<Int>) {
        func isNamed(_ name: StaticString) -> Bool { Octets.equal(bytes, range, name) }
        switch range.count {
        case 3 where isNamed("GET"): self = .get
        case 3 where isNamed("PUT"): self = .put
        case 4 where isNamed("POST"): self = .post
        case 4 where isNamed("HEAD"): self = .head
        case 5 where isNamed("PATCH"): self = .patch
        case 5 where isNamed("TRACE"): self = .trace
        case 6 where isNamed("DELETE"): self = .delete
        case 7 where isNamed("OPTIONS"): self = .options
        default: return nil
        }
    }
}
