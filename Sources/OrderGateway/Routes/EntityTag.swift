internal import HTTPServer

/// Conditional requests (RFC 9110 §13.1.2).
enum EntityTag {
    /// Whether `If-None-Match` names this tag: by weak comparison (§8.8.3.2), or by `*`.
    static func isListed(_ tag: String, in fields: FieldSection) -> Bool {
        guard let list = fields[.ifNoneMatch] else { return false }
        if list == "*" { return true }
        return list.split(separator: ",").contains { member in
            var member = member.drop { $0 == " " || $0 == "\t" }
            while member.last == " " || member.last == "\t" { member.removeLast() }
            return (member.hasPrefix("W/") ? member.dropFirst(2) : member) == tag
        }
    }
}
