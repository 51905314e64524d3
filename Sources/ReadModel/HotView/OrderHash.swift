internal import Orders
internal import Text

/// A hash of orders' IDs by random numbers (pair-multiply-shift: Thorup, "High speed hashing for
/// integers and strings", 2015, §3.5).
///
/// Other programs choose the IDs of orders, so an ID must not decide by itself where it stands. Two
/// different IDs have the same lowest *n* bits of their hash with a probability of 2⁻ⁿ, whichever
/// they are, for those who do not know the numbers.
struct OrderHash {
    private let first = UInt64.random(in: .min ... .max)
    private let second = UInt64.random(in: .min ... .max)
    private let third = UInt64.random(in: .min ... .max)
    private let fourth = UInt64.random(in: .min ... .max)
    private let sum = UInt64.random(in: .min ... .max)

    func of(_ id: OrderID) -> UInt32 {
        let high = (first &+ id.high >> 32) &* (second &+ id.high & 0xFFFF_FFFF)
        let low = (third &+ id.low >> 32) &* (fourth &+ id.low & 0xFFFF_FFFF)
        return UInt32(truncatingIfNeeded: (high &+ low &+ sum) >> 32)
    }
}
