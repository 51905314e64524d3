extension UUID {
    /// Reads an identifier in any spelling that programs use.
    ///
    /// The digits have either case, with or without the hyphens of the text form (RFC 9562 §4).
    /// They stand alone, in braces, or after the prefix of the URN, whose case does not matter (RFC
    /// 8141 §3.1).
    package init?(lenient text: Span<UInt8>) {
        self.init(digits: text.extracting(Self.bare(text)))
    }

    /// Reads 32 hexadecimal digits of either case, with or without the hyphens of the text form.
    package init?(digits text: Span<UInt8>) {
        guard text.count == 32 else {
            self.init(text)
            return
        }
        guard let high = HexDigits.word(text.extracting(0..<16)),
            let low = HexDigits.word(text.extracting(16..<32))
        else { return nil }
        self.init(high: high, low: low)
    }

    /// Returns the range of the digits, without braces or prefix.
    private static func bare(_ text: Span<UInt8>) -> Range<Int> {
        let last = text.count - 1
        if last > 0, text[0] == UInt8(ascii: "{"), text[last] == UInt8(ascii: "}") {
            return 1..<last
        }
        let prefix = "urn:uuid:".utf8
        guard text.count > prefix.count else { return text.indices }
        for (index, byte) in prefix.enumerated() where lowerCase(text[index]) != byte {
            return text.indices
        }
        return prefix.count..<text.count
    }

    private static func lowerCase(_ byte: UInt8) -> UInt8 {
        (0x41...0x5A).contains(byte) ? byte | 0x20 : byte
    }
}
