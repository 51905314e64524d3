/// Decimal numbers as messages contain them.
enum Decimal {
    /// The most digits of a 64-bit number.
    static let mostDigits = 20

    /// Writes a number's digits to the end of `memory` and returns the part that holds them.
    static func digits(
        of number: Int,
        in memory: UnsafeMutableBufferPointer<UInt8>
    ) -> UnsafeMutableBufferPointer<UInt8> {
        precondition(number >= 0, "a length or a status is not negative")
        var rest = UInt(number)
        var start = memory.count
        repeat {
            start -= 1
            memory[start] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        } while rest > 0
        return UnsafeMutableBufferPointer(rebasing: memory[start...])
    }
}
