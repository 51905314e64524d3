internal import HTTPTypes

/// A parsed request line and its fields (RFC 9112 §3, §5), with what they say about framing.
///
/// A class, for it is handed on many times and is large.
final class RequestHead: Sendable {
    /// How the end of the content is found (RFC 9112 §6.3).
    ///
    /// A request without either field has none.
    enum Framing: Equatable, Sendable {
        case none
        case length(Int)
        case chunked
    }

    let method: HTTPRequest.Method
    let fields: FieldSection
    fileprivate let pathRange: Range<Int>
    fileprivate let queryRange: Range<Int>?
    let framing: Framing
    let expectsContinue: Bool
    /// Whether `Connection` names `Upgrade` (RFC 9110 §7.8).
    let asksToUpgrade: Bool
    /// Whether the connection may carry another request after this one (RFC 9112 §9.3).
    let keepsAlive: Bool
    /// Whether the client speaks HTTP/1.0: it knows neither chunks nor 1xx answers.
    let isVersion10: Bool

    init(
        method: HTTPRequest.Method,
        fields: FieldSection,
        path: Range<Int>,
        query: Range<Int>?,
        framing: Framing,
        expectsContinue: Bool,
        asksToUpgrade: Bool,
        keepsAlive: Bool,
        isVersion10: Bool
    ) {
        self.method = method
        self.fields = fields
        self.pathRange = path
        self.queryRange = query
        self.framing = framing
        self.expectsContinue = expectsContinue
        self.asksToUpgrade = asksToUpgrade
        self.keepsAlive = keepsAlive
        self.isVersion10 = isVersion10
    }

    /// The path; `/` when an absolute target has none (RFC 9112 §3.2.2).
    var path: ArraySlice<UInt8> {
        pathRange.isEmpty ? [Octets.slash] : fields.bytes[pathRange]
    }

    var query: ArraySlice<UInt8>? { queryRange.map { fields.bytes[$0] } }
}
