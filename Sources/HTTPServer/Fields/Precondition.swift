/// The result of the client's conditions on a request (RFC 9110 §13).
///
/// The server evaluates `If-Match` and `If-None-Match`, in the order of §13.2.2. Resources have no
/// modification date, so it ignores `If-Unmodified-Since` and `If-Modified-Since` (§13.1.3,
/// §13.1.4).
package enum Precondition: Equatable, Sendable {
    case met
    /// The client already has the current representation: 304 (§15.4.5).
    case notModified
    /// The condition is false: 412 (§15.5.13).
    case failed

    package enum Limits {
        /// The most entity tags of a field that are examined, empty members included.
        ///
        /// Later tags count as not matching.
        package static let tags = 64
    }

    /// - Parameters:
    ///   - fields: The fields of the request.
    ///   - isRead: Whether the method is GET or HEAD.
    ///   - tag: The current strong entity tag of the resource; `nil` when the resource does not
    ///     exist yet.
    package init(_ fields: borrowing FieldSection, isRead: Bool, tag: String?) {
        if !fields.contains(.ifMatch), !fields.contains(.ifNoneMatch) {
            // Most requests have no condition.
            self = .met
        } else if Self.isFailed(fields, tag) {
            self = .failed
        } else if let tag, Self.names(tag, fields, .ifNoneMatch, ignoringWeakness: true) {
            self = isRead ? .notModified : .failed
        } else {
            self = .met
        }
    }

    /// Returns whether `If-Match` is false (§13.1.1).
    ///
    /// A weak tag never matches there (§8.8.3.2).
    private static func isFailed(_ fields: borrowing FieldSection, _ tag: String?) -> Bool {
        guard fields.contains(.ifMatch) else { return false }
        guard let tag else { return true }
        return !names(tag, fields, .ifMatch, ignoringWeakness: false)
    }

    private static func names(
        _ tag: String,
        _ fields: borrowing FieldSection,
        _ field: FieldName,
        ignoringWeakness: Bool
    ) -> Bool {
        switch fields.single(field) {
        case .absent: return false
        case .once(let value) where value.count == 1 && value.first == Octets.asterisk: return true
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
