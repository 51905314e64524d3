/// Decimal text, put together from behind and appended in one piece.
enum DecimalDigits {
    /// Appends a number without leading zeros.
    static func append(_ number: UInt64, to bytes: inout [UInt8]) {
        // 2⁶⁴ has 20 digits.
        var text = InlineArray<20, UInt8>(repeating: 0)
        var rest = number
        var start = 20
        repeat {
            start -= 1
            text[start] = 0x30 + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        } while rest > 0
        text.span.extracting(start..<20).withUnsafeBufferPointer { bytes.append(contentsOf: $0) }
    }
}
