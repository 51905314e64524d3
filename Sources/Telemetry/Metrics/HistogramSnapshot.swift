/// The state of a histogram of durations at one moment.
package struct HistogramSnapshot: Equatable, Sendable {
    /// The upper bounds of the buckets in seconds; one more bucket has none.
    package let bounds: [Double]
    /// The number of durations in each bucket, not summed up; the last bucket has no bound.
    package private(set) var counts: [Int]
    private var nanoseconds: Int

    /// Returns a histogram without durations.
    package init(_ buckets: Buckets) {
        self.init(buckets, Array(repeating: 0, count: buckets.cellCount))
    }

    /// - Parameter cells: The cells of a row: the counts of the buckets, and the sum in nanoseconds.
    package init(_ buckets: Buckets, _ cells: [Int]) {
        precondition(cells.count == buckets.cellCount, "a row of other buckets")
        bounds = buckets.bounds
        counts = Array(cells.dropLast())
        nanoseconds = cells[cells.count - 1]
    }

    /// The number of durations.
    package var count: Int { counts.reduce(0, +) }

    /// The sum of the durations in seconds.
    package var sum: Double { Double(nanoseconds) / 1e9 }

    package static func + (left: Self, right: Self) -> Self {
        left.combined(with: right) { $0 &+ $1 }
    }

    /// Returns what has come since an earlier snapshot of the same histogram.
    package static func - (later: Self, earlier: Self) -> Self {
        later.combined(with: earlier) { $0 &- $1 }
    }

    private func combined(with other: Self, _ combine: (Int, Int) -> Int) -> Self {
        precondition(bounds == other.bounds, "histograms of different buckets")
        var result = self
        result.counts = zip(counts, other.counts).map(combine)
        result.nanoseconds = combine(nanoseconds, other.nanoseconds)
        return result
    }

    /// Returns an estimate of a quantile in seconds, as Prometheus' `histogram_quantile` makes it.
    ///
    /// - Parameter fraction: From 0 to 1, such as 0.99.
    /// - Returns: `nil` without durations. For one in the last bucket, the largest bound.
    package func quantile(_ fraction: Double) -> Double? {
        let all = count
        guard all > 0, let largest = bounds.last else { return nil }
        let rank = min(max(fraction, 0), 1) * Double(all)
        var below = 0
        for (index, bound) in bounds.enumerated() {
            let inside = counts[index]
            if inside > 0, Double(below + inside) >= rank {
                let low = index == 0 ? 0 : bounds[index - 1]
                return low + (bound - low) * (rank - Double(below)) / Double(inside)
            }
            below += inside
        }
        return largest
    }
}
