import Testing

@testable import Telemetry

struct HistogramTests {
    private let buckets = Buckets([0.001, 0.01, 1])

    /// A histogram of durations in milliseconds.
    private func histogram(_ milliseconds: Double...) -> HistogramSnapshot {
        let group = CellGroup(cellCount: buckets.cellCount)
        let cells = group.makeCells()
        for duration in milliseconds { cells.observe(Int(duration * 1e6), row: 0, buckets) }
        return group.histogram(row: 0, buckets)
    }

    @Test func `a duration counts in the first bucket whose bound it does not exceed`() {
        let histogram = histogram(0, 1, 1.001, 10, 999, 1000, 1001)
        #expect(histogram.counts == [2, 2, 2, 1])
        #expect(histogram.count == 7)
        #expect(abs(histogram.sum - 3.012_001) < 1e-8)
    }

    @Test func `a negative duration counts as the shortest`() {
        #expect(histogram(-5).counts == [1, 0, 0, 0])
    }

    @Test func `equal durations can be counted at once`() {
        let group = CellGroup(cellCount: 2 + buckets.cellCount)
        let cells = group.makeCells()
        cells.observe(2_000_000, row: 2, buckets, times: 3)
        let histogram = group.histogram(row: 2, buckets)
        #expect(histogram.counts == [0, 3, 0, 0])
        #expect(histogram.sum == 0.006)
        #expect(group.sums(0..<2) == [0, 0])
    }

    @Test func `the difference of two snapshots is what came between`() {
        let all = histogram(0.5, 5, 5) - histogram(0.5)
        #expect(all.counts == [0, 2, 0, 0])
        #expect(abs(all.sum - 0.01) < 1e-9)
        #expect((all + histogram(500)).counts == [0, 2, 1, 0])
    }

    @Test func `a quantile is estimated within its bucket`() {
        #expect(HistogramSnapshot(buckets).quantile(0.5) == nil)
        #expect(histogram(0.5).quantile(1) == 0.001)
        #expect(histogram(0.5, 0.5).quantile(0.5) == 0.0005)
        #expect(histogram(0.5, 5).quantile(0.5) == 0.001)
        let quarter = histogram(5, 5, 5, 5).quantile(0.25) ?? 0
        #expect(abs(quarter - 0.00325) < 1e-9)
        // Nothing is known of the last bucket but its lower bound.
        #expect(histogram(5_000).quantile(0.99) == 1)
    }

    @Test func `the buckets are those of the documentation`() {
        #expect(Buckets.latencies.bounds.count == 14)
        #expect(Buckets.ages.bounds.suffix(3) == [10, 30, 60])
        #expect(Buckets.latencies.index(of: 10_000_000_001) == 14)
        #expect(Buckets.ages.index(of: .max) == 16)
    }
}
