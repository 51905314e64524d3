extension FieldSection {
    /// Whether a field that is a list has this member, in any of its lines (RFC 9110 §5.3, §5.6.1).
    ///
    /// Letters of either case are the same. Each byte is looked at once, or twice if it may belong to
    /// the member.
    func names(_ member: StaticString, in name: FieldName) -> Bool {
        let bytes = bytes.span
        var isFound = false
        visit { place, value in
            if name.isAt(place, of: bytes) { isFound = Self.names(member, bytes, value) }
            return !isFound
        }
        return isFound
    }

    private static func names(
        _ member: StaticString,
        _ bytes: Span<UInt8>,
        _ list: Range<Int>
    ) -> Bool {
        var start = list.lowerBound
        while start < list.upperBound {
            var end = start
            while end < list.upperBound, bytes[end] != Octets.comma { end += 1 }
            let next = end + 1
            while start < end, Octets.isWhitespace(bytes[start]) { start += 1 }
            while end > start, Octets.isWhitespace(bytes[end - 1]) { end -= 1 }
            if Octets.equal(bytes, start..<end, ignoringCase: member) { return true }
            start = next
        }
        return false
    }
}
