/// Whether a request may be performed, as the client's conditions say (RFC 9110 §13).
///
/// There are two here, in the order of §13.2.2: `If-Match` and `If-None-Match`. Nothing has a date of
/// its last change, and so `If-Unmodified-Since` and `If-Modified-Since` are passed over (§13.1.3,
/// §13.1.4).
package enum Precondition: Equatable, Sendable {
    case met
    /// The client has what it asks for: 304 (§15.4.5).
    case notModified
    /// 412 (§15.5.13).
    case failed

    package enum Limits {
        /// Entity tags that are looked at in a field, empty members included.
        ///
        /// What comes after them is taken for the tags of others.
        package static let tags = 64
    }

    /// - Parameters:
    ///   - fields: The request's.
    ///   - isRead: Whether this is GET or HEAD.
    ///   - tag: The strong entity tag of what the request is about, as it stands; `nil` when there is
    ///     nothing yet.
    package init(_ fields: FieldSection, isRead: Bool, tag: String?) {
        if !fields.contains(.ifMatch), !fields.contains(.ifNoneMatch) {
            // As with most requests.
            self = .met
        } else if Self.isFailed(fields, tag) {
            self = .failed
        } else if let tag, Self.names(tag, fields, .ifNoneMatch, ignoringWeakness: true) {
            self = isRead ? .notModified : .failed
        } else {
            self = .met
        }
    }

    /// Whether `If-Match` says no (§13.1.1): a weak tag is never the same as another there (§8.8.3.2).
    private static func isFailed(_ fields: FieldSection, _ tag: String?) -> Bool {
        guard fields.contains(.ifMatch) else { return false }
        guard let tag else { return true }
        return !names(tag, fields, .ifMatch, ignoringWeakness: false)
    }

    private static func names(
        _ tag: String,
        _ fields: FieldSection,
        _ field: FieldName,
        ignoringWeakness: Bool
    ) -> Bool {
        switch fields.single(field) {
        case .absent: return false
        case .once(let value) where value.elementsEqual([Octets.asterisk]): return true
        case .once, .repeated: break
        }
        let tag = tag.utf8
        let wanted = tag.span
        var isNamed = false
        _ = fields.forEachMember(of: field, limit: Limits.tags, quoting: .tags) { bytes, member in
            isNamed = Self.isSame(
                wanted,
                bytes.extracting(member),
                ignoringWeakness: ignoringWeakness
            )
            return !isNamed
        }
        return isNamed
    }

    private static func isSame(
        _ tag: Span<UInt8>,
        _ member: Span<UInt8>,
        ignoringWeakness: Bool
    ) -> Bool {
        let isWeak =
            member.count > 2 && member[0] == UInt8(ascii: "W") && member[1] == Octets.slash
        guard ignoringWeakness || !isWeak else { return false }
        let start = isWeak ? 2 : 0
        guard member.count - start == tag.count else { return false }
        for index in tag.indices where tag[index] != member[start + index] { return false }
        return true
    }
}
