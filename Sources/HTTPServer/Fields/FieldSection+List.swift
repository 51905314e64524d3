extension FieldSection {
    private enum Limits {
        /// The most members that are examined, empty ones included.
        static let members = 32
    }

    /// Returns whether a list field has this member in any of its lines (RFC 9110 §5.3, §5.6.1).
    ///
    /// The comparison ignores the case of letters. Members after the first ``Limits/members`` are
    /// not found.
    func names(_ member: StaticString, in name: FieldName) -> Bool {
        var isFound = false
        _ = forEachMember(of: name, limit: Limits.members, quoting: .none) { bytes, range in
            isFound = Octets.equal(bytes, range, ignoringCase: member)
            return !isFound
        }
        return isFound
    }
}
