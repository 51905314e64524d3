/// The compression of a request's content (RFC 9110 §8.4.1).
package enum ContentCoding: Equatable, Sendable {
    case identity
    /// RFC 1952; `x-gzip` is its old name.
    case gzip
    /// RFC 1950, or the raw data without RFC 1950's frame, which some clients send under this name
    /// (§8.4.1.2).
    case deflate

    private enum Limits {
        /// The most members of `Content-Encoding` that are examined, empty ones included.
        static let members = 8
    }

    /// The codings that the server announces; `identity` needs no announcement (RFC 9110 §12.5.3).
    package static let list = "gzip, deflate"

    /// Reads `Content-Encoding`; absent, empty and `identity` mean no compression.
    ///
    /// - Returns: `nil` for an unknown coding and for more than one coding. Content that was
    ///   compressed twice is a mistake or an attempt to exhaust memory.
    package init?(_ fields: borrowing FieldSection) {
        var coding = ContentCoding.identity
        var isKnown = true
        let isWhole = fields.forEachMember(
            of: .contentEncoding,
            limit: Limits.members,
            quoting: .none
        ) { bytes, member in
            let next = Self.named(bytes, member)
            isKnown = next == .identity || (next != nil && coding == .identity)
            if let next, next != .identity { coding = next }
            return isKnown
        }
        guard isWhole, isKnown else { return nil }
        self = coding
    }

    private static func named(_ bytes: Span<UInt8>, _ name: Range<Int>) -> ContentCoding? {
        if Octets.equal(bytes, name, ignoringCase: "gzip") { return .gzip }
        if Octets.equal(bytes, name, ignoringCase: "x-gzip") { return .gzip }
        if Octets.equal(bytes, name, ignoringCase: "deflate") { return .deflate }
        if Octets.equal(bytes, name, ignoringCase: "identity") { return .identity }
        return nil
    }
}
