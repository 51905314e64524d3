extension FieldSection {
    private enum Limits {
        /// Members that are looked at, empty ones included.
        static let members = 32
    }

    /// Whether a field that is a list has this member, in any of its lines (RFC 9110 §5.3, §5.6.1).
    ///
    /// Letters of either case are the same. What is named after so many others is not found.
    func names(_ member: StaticString, in name: FieldName) -> Bool {
        var isFound = false
        _ = forEachMember(of: name, limit: Limits.members, quoting: .none) { bytes, range in
            isFound = Octets.equal(bytes, range, ignoringCase: member)
            return !isFound
        }
        return isFound
    }
}
