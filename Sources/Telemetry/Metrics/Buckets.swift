/// The buckets of a histogram of durations.
@usableFromInline
package struct Buckets: Sendable {
    package enum Limits {
        /// The most bounds; their search goes through all of them at worst.
        package static let bounds = 16
    }

    /// The upper bound of each bucket in seconds, ascending; one more bucket has no bound.
    @usableFromInline package let bounds: [Double]
    /// The same in nanoseconds, and the largest number behind the last.
    @usableFromInline let limits: InlineArray<17, Int>

    /// - Parameter bounds: Ascending, in seconds.
    package init(_ bounds: [Double]) {
        precondition(bounds.count <= Limits.bounds, "too many buckets")
        self.bounds = bounds
        limits = InlineArray { $0 < bounds.count ? Int((bounds[$0] * 1e9).rounded()) : .max }
    }

    /// The buckets of latencies, from half a millisecond to 10 seconds.
    package static let latencies = Buckets([
        0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
    ])

    /// The buckets of the ages of events, which may wait for longer.
    package static let ages = Buckets(latencies.bounds + [30, 60])

    /// The number of cells of a row: one for each bucket, and the sum in nanoseconds.
    package var cellCount: Int { bounds.count + 2 }

    /// Returns the bucket of a duration.
    @inlinable
    @inline(__always)
    package func index(of nanoseconds: Int) -> Int {
        var index = 0
        while nanoseconds > limits[index] { index &+= 1 }
        return index
    }
}
