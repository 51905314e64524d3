internal import Text

// The values of an event. What is not in the own form gives `nil`.
extension OwnFormReader {
    /// Skips a constant part if the next bytes are it.
    @inline(__always)
    mutating func take(_ bytes: Span<UInt8>, _ text: StaticString) -> Bool {
        let count = text.utf8CodeUnitCount
        guard bytes.count - index >= count else { return false }
        let index = index
        let isEqual = bytes.withUnsafeBytes { bytes in
            let text = UnsafeRawPointer(text.utf8Start)
            func differs<Word: FixedWidthInteger & BitwiseCopyable>(
                at offset: Int,
                _: Word.Type
            ) -> Bool {
                bytes.loadUnaligned(fromByteOffset: index + offset, as: Word.self)
                    != text.loadUnaligned(fromByteOffset: offset, as: Word.self)
            }
            // The last word overlaps with the one before.
            if count >= 8 {
                for offset in stride(from: 0, to: count - 8, by: 8)
                where differs(at: offset, UInt64.self) { return false }
                return !differs(at: count - 8, UInt64.self)
            }
            if count >= 4 {
                return !differs(at: 0, UInt32.self) && !differs(at: count - 4, UInt32.self)
            }
            for offset in 0..<count where differs(at: offset, UInt8.self) { return false }
            return true
        }
        if isEqual { self.index += count }
        return isEqual
    }

    /// Reads a value whose text has a fixed length.
    @inline(__always)
    mutating func value<Value>(
        _ bytes: Span<UInt8>,
        _ count: Int,
        _ convert: (Span<UInt8>) -> Value?
    ) -> Value? {
        guard bytes.count - index >= count else { return nil }
        defer { index += count }
        return convert(bytes.extracting(index..<index + count))
    }

    mutating func uuid(_ bytes: Span<UInt8>) -> UUID? {
        value(bytes, UUID.longestText) { UUID($0) }
    }

    /// Reads a string of ASCII characters without escapes, up to its quotation mark.
    mutating func text(_ bytes: Span<UInt8>) -> Range<Int>? {
        let start = index
        index = JSONString.endOfPlainText(in: bytes, from: start)
        guard index < bytes.count, bytes[index] == UInt8(ascii: "\""),
            (1...Event.Limits.textBytes).contains(index - start)
        else { return nil }
        return start..<index
    }

    /// Returns a string of ASCII characters; one of at most 15 is made without a check of UTF-8.
    func string(_ bytes: Span<UInt8>, _ range: Range<Int>) -> String {
        bytes.extracting(range).withUnsafeBufferPointer { text in
            String(unsafeUninitializedCapacity: text.count) { $0.initialize(fromContentsOf: text) }
        }
    }

    private mutating func digit(_ bytes: Span<UInt8>) -> Int64? {
        guard index < bytes.count, bytes[index] &- 0x30 < 10 else { return nil }
        defer { index += 1 }
        return Int64(bytes[index] &- 0x30)
    }

    /// Reads at most `count` digits without leading zeros.
    private mutating func wholeNumber(_ bytes: Span<UInt8>, atMost count: Int) -> Int64? {
        guard var number = digit(bytes) else { return nil }
        let end = index + (number == 0 ? 0 : count - 1)
        while index < end, let digit = digit(bytes) { number = number * 10 + digit }
        return number
    }

    /// Skips a whole number from 1 to 2³¹ − 1.
    mutating func takeQuantity(_ bytes: Span<UInt8>) -> Bool {
        guard let number = wholeNumber(bytes, atMost: 10) else { return false }
        return (1...Int64(Int32.max)).contains(number)
    }

    /// Reads an amount in the form of ``Money/write(to:)``, up to its quotation mark.
    mutating func money(_ bytes: Span<UInt8>) -> Money? {
        guard var amount = wholeNumber(bytes, atMost: Money.Limits.integerDigits),
            take(bytes, ".")
        else { return nil }
        // Most amounts have two decimals.
        let second = index + 1
        if second + 1 < bytes.count, bytes[index] &- 0x30 < 10, bytes[second] &- 0x30 < 10,
            bytes[second + 1] == UInt8(ascii: "\"")
        {
            let decimals = (bytes[index] &- 0x30) &* 10 &+ (bytes[second] &- 0x30)
            index += 2
            return Money(tenThousandths: amount * 10_000 + Int64(decimals) * 100)
        }
        let start = index
        let end = start + Money.Limits.decimals
        var last: Int64 = 0
        while index < end, let digit = digit(bytes) {
            amount = amount * 10 + digit
            last = digit
        }
        let decimals = index - start
        guard decimals == 2 || decimals > 2 && last != 0 else { return nil }
        for _ in decimals..<Money.Limits.decimals { amount *= 10 }
        return Money(tenThousandths: amount)
    }
}
