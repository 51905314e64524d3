/// Decimal text, which is built from the last digit and appended as a whole.
package enum DecimalDigits {
    /// The number of digits of the largest 64-bit number.
    package static let most = 20

    /// The two digits of each number below 100.
    private static var pairs: StaticString {
        """
        0001020304050607080910111213141516171819\
        2021222324252627282930313233343536373839\
        4041424344454647484950515253545556575859\
        6061626364656667686970717273747576777879\
        8081828384858687888990919293949596979899
        """
    }

    /// Returns the two digits of a number below 100, in memory order.
    @inline(__always)
    static func pair(_ number: UInt32) -> UInt16 {
        precondition(number < 100, "a number with more than two digits")
        return UnsafeRawPointer(pairs.utf8Start)
            .loadUnaligned(fromByteOffset: 2 &* Int(number), as: UInt16.self)
    }

    /// Appends the two digits of a number below 100.
    package static func append(pair number: UInt32, to output: inout OutputSpan<UInt8>) {
        output.append(bytesOf: pair(number))
    }

    /// Appends a number without leading zeros.
    package static func append(_ number: UInt64, to output: inout OutputSpan<UInt8>) {
        if number < 10 {
            output.append(0x30 + UInt8(truncatingIfNeeded: number))
            return
        }
        if number < 100 {
            output.append(bytesOf: pair(UInt32(truncatingIfNeeded: number)))
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
