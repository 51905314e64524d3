internal import HTTPTypes

/// The methods that this server knows (RFC 9110 §9.3, RFC 5789).
///
/// `HTTPRequest.Method` is a text, which is copied and let go of with every request; this is a byte.
enum KnownMethod {
    case get, head, post, put, patch, delete, options, trace

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

    /// As handlers see it.
    var method: HTTPRequest.Method {
        switch self {
        case .get: .get
        case .head: .head
        case .post: .post
        case .put: .put
        case .patch: .patch
        case .delete: .delete
        case .options: .options
        case .trace: .trace
        }
    }
}
