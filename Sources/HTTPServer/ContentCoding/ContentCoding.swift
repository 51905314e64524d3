/// How a content was compressed (RFC 9110 §8.4.1).
package enum ContentCoding: Equatable, Sendable {
    case identity
    /// RFC 1952; `x-gzip` is its old name.
    case gzip
    /// RFC 1950, and what some clients send by that name without RFC 1950's frame (§8.4.1.2).
    case deflate

    private enum Limits {
        /// Members of `Content-Encoding` that are looked at, empty ones included.
        static let members = 8
    }

    /// What a client may be told of: `identity` needs no telling (RFC 9110 §12.5.3).
    package static let list = "gzip, deflate"

    /// Reads `Content-Encoding`: absent, empty and `identity` are none.
    ///
    /// - Returns: `nil` for a coding that is not known, and for more than one: a content that was
    ///   compressed twice is somebody's mistake, or meant to expand without end.
    package init?(_ fields: FieldSection) {
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
