/// Decimal text, which is built from the last digit and appended as a whole.
package enum DecimalDigits {
    /// The number of digits of the largest 64-bit number.
    package static let most = 20

    /// Appends a number without leading zeros.
    package static func append(_ number: UInt64, to output: inout OutputSpan<UInt8>) {
        if number < 10 {
            output.append(0x30 + UInt8(truncatingIfNeeded: number))
            return
        }
        var text = InlineArray<20, UInt8>(repeating: 0)
        var rest = number
        var start = most
        repeat {
            start -= 1
            text[start] = 0x30 + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        } while rest > 0
        text.span.extracting(start..<most).withUnsafeBytes { output.append($0) }
    }
}
