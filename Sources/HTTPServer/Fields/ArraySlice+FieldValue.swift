/// A field's value where it was received, compared without a text being made of it.
extension ArraySlice<UInt8> {
    /// Whether it is this, letters of either case being the same.
    package func isEqual(ignoringCase text: StaticString) -> Bool {
        let bytes = span
        return Octets.equal(bytes, 0..<bytes.count, ignoringCase: text)
    }

    /// Whether it begins with this, letters of either case being the same.
    package func hasPrefix(ignoringCase text: StaticString) -> Bool {
        prefix(text.utf8CodeUnitCount).isEqual(ignoringCase: text)
    }

    /// Whether it ends in this, letters of either case being the same.
    package func hasSuffix(ignoringCase text: StaticString) -> Bool {
        suffix(text.utf8CodeUnitCount).isEqual(ignoringCase: text)
    }
}
