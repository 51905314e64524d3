import Telemetry
import Testing
import Text

@testable import OrderGateway

/// Rates, quantiles and the curve, from counts of made-up times.
struct StatusHistoryTests {
    private let start = ContinuousClock.now

    /// A histogram with this many durations in each bucket of latencies.
    private func latencies(_ counts: [Int]) -> HistogramSnapshot {
        let empty = [Int](repeating: 0, count: Buckets.latencies.cellCount - counts.count)
        return HistogramSnapshot(.latencies, counts + empty)
    }

    /// A history of counts that were noted once a second.
    private func history(
        seconds: Int,
        _ counts: (_ second: Int) -> StatusCounts
    ) -> StatusHistory {
        var history = StatusHistory()
        for second in 0...seconds {
            history.note(
                counts(second),
                at: start + .seconds(second),
                Timestamp(millisecondsSinceEpoch: Int64(second) * 1000)
            )
        }
        return history
    }

    @Test func `without two counts there are no rates and no quantiles`() {
        var history = StatusHistory()
        #expect(history.rate(\.accepted) == 0)
        history.note(StatusCounts(), at: start, Timestamp(millisecondsSinceEpoch: 0))
        #expect(history.rate(\.accepted) == 0)
        #expect(history.share(of: \.serverErrors, in: \.requests) == 0)
        #expect(history.durations(\.post) == nil)
        #expect(history.points.isEmpty)
    }

    @Test func `a rate is the mean of ten seconds`() {
        // 5 a second, then none for the last 4 seconds.
        let history = history(seconds: 30) { second in
            var counts = StatusCounts()
            counts.accepted = 5 * min(second, 26)
            return counts
        }
        #expect(history.rate(\.accepted) == 3)
    }

    @Test func `a rate after a late count is that of the time that has passed`() {
        var history = StatusHistory()
        var counts = StatusCounts()
        history.note(counts, at: start, Timestamp(millisecondsSinceEpoch: 0))
        counts.sent = 30
        history.note(counts, at: start + .seconds(3), Timestamp(millisecondsSinceEpoch: 3000))
        #expect(history.rate(\.sent) == 10)
        #expect(history.points.map(\.ordersPerSecond) == [0])
        // Nothing is left of the time before a pause.
        history.note(counts, at: start + .seconds(500), Timestamp(millisecondsSinceEpoch: 500_000))
        #expect(history.rate(\.sent) == 0)
    }

    @Test func `the share of errors is that of ten seconds`() {
        let history = history(seconds: 20) { second in
            var counts = StatusCounts()
            counts.requests = 10 * second
            counts.serverErrors = second <= 10 ? second : 10 + (second - 10) * 4
            return counts
        }
        #expect(history.share(of: \.serverErrors, in: \.requests) == 0.4)
    }

    @Test func `quantiles are of the last minute`() throws {
        // A slow request in every second of the first minute, quick ones since.
        let history = history(seconds: 120) { second in
            var counts = StatusCounts()
            counts.post = latencies([max(0, second - 60) * 10, 0, 0, min(second, 60)])
            return counts
        }
        let post = try #require(history.durations(\.post))
        #expect(post.count == 600)
        #expect(post.quantile(0.99) ?? 1 <= 0.0005)
        // A minute without requests has none.
        #expect(history.durations(\.get)?.quantile(0.5) == nil)
    }

    @Test func `the curve has a point for each second, and no more than five minutes`() {
        let history = history(seconds: 400) { second in
            var counts = StatusCounts()
            counts.accepted = 2 * second
            counts.requests = 3 * second
            counts.consumed = 4 * second
            counts.post = latencies([second / 2])
            counts.lag = Int64(second)
            return counts
        }
        #expect(history.points.count == StatusHistory.Limits.points)
        let last = history.points[history.points.count - 1]
        #expect(last.time == Timestamp(millisecondsSinceEpoch: 400_000))
        #expect(last.ordersPerSecond == 2)
        #expect(last.requestsPerSecond == 3)
        #expect(last.eventsPerSecond == 4)
        #expect(last.lag == 400)
        // Of two seconds, one has had a request.
        #expect(last.postP50 != nil)
        #expect(history.points[history.points.count - 2].postP50 == nil)
        #expect(last.visibleP99 == nil)
    }
}
