/// Comparisons of a received field value that do not create a string.
extension ArraySlice<UInt8> {
    /// Returns whether the value equals this text, ignoring the case of letters.
    package func isEqual(ignoringCase text: StaticString) -> Bool {
        let bytes = span
        return Octets.equal(bytes, 0..<bytes.count, ignoringCase: text)
    }

    /// Returns whether the value begins with this text, ignoring the case of letters.
    package func hasPrefix(ignoringCase text: StaticString) -> Bool {
        prefix(text.utf8CodeUnitCount).isEqual(ignoringCase: text)
    }

    /// Returns whether the value ends with this text, ignoring the case of letters.
    package func hasSuffix(ignoringCase text: StaticString) -> Bool {
        suffix(text.utf8CodeUnitCount).isEqual(ignoringCase: text)
    }
}
