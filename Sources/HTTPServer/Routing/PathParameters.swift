/// The ranges of a route's parameters in a path, in the order of the pattern.
package struct PathParameters: Equatable, Sendable {
    package enum Limits {
        /// The most parameters of one pattern; they are stored inline, without an allocation.
        package static let count = 4
    }

    private var starts = SIMD4<UInt32>()
    private var ends = SIMD4<UInt32>()
    package private(set) var count = 0

    package init() {}

    mutating func removeAll() { count = 0 }

    /// - Parameter range: A range within a head, whose size ``ServerLimits/headBytes`` limits.
    mutating func append(_ range: Range<Int>) {
        starts[count] = UInt32(range.lowerBound)
        ends[count] = UInt32(range.upperBound)
        count += 1
    }

    /// The range of a parameter; `nil` beyond the last one.
    subscript(index: Int) -> Range<Int>? {
        index < count ? Int(starts[index])..<Int(ends[index]) : nil
    }
}
