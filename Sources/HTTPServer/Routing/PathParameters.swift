/// Where in a path the parameters of its route's pattern lie, in the order of the pattern.
package struct PathParameters: Equatable, Sendable {
    package enum Limits {
        /// Parameters of one pattern: they are kept without memory of their own.
        package static let count = 4
    }

    private var starts = SIMD4<UInt32>()
    private var ends = SIMD4<UInt32>()
    package private(set) var count = 0

    package init() {}

    mutating func removeAll() { count = 0 }

    /// - Parameter range: Within a head, which ``ServerLimits/headBytes`` bounds.
    mutating func append(_ range: Range<Int>) {
        starts[count] = UInt32(range.lowerBound)
        ends[count] = UInt32(range.upperBound)
        count += 1
    }

    /// The place of a parameter; `nil` beyond the last one.
    subscript(index: Int) -> Range<Int>? {
        index < count ? Int(starts[index])..<Int(ends[index]) : nil
    }
}
