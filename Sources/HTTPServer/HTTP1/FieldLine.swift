/// One line of a field section or of trailers (RFC 9112 §5).
enum FieldLine {
    /// Returns the ranges of the name and the trimmed value of a line.
    ///
    /// - Parameter line: The range of the line; not empty.
    static func parse(
        _ bytes: Span<UInt8>,
        _ line: Range<Int>
    ) throws(RequestError) -> (name: Range<Int>, value: Range<Int>) {
        if Octets.isWhitespace(bytes[line.lowerBound]) {
            throw .malformed(reason: "a field line begins with white space (RFC 9112 §5.2)")
        }
        let index = Octets.token.end(in: bytes, line)
        guard index < line.upperBound, bytes[index] == Octets.colon else {
            throw .malformed(
                reason: index < line.upperBound && Octets.isWhitespace(bytes[index])
                    ? "white space stands before a field's colon (RFC 9112 §5.1)"
                    : "a field name holds a byte that is no token character (RFC 9110 §5.1)"
            )
        }
        let name = line.lowerBound..<index
        guard !name.isEmpty else { throw .malformed(reason: "a field has no name (RFC 9110 §5.1)") }

        var start = index + 1
        var end = line.upperBound
        while start < end, Octets.isWhitespace(bytes[start]) { start += 1 }
        while start < end, Octets.isWhitespace(bytes[end - 1]) { end -= 1 }
        guard Octets.areFieldValue(bytes.extracting(start..<end)) else {
            throw .malformed(reason: "a field value holds a control character (RFC 9110 §5.5)")
        }
        return (name, start..<end)
    }
}
