package import Telemetry
package import Text

/// The last minutes of a gateway: rates, quantiles, and a curve, from counts that are noted once a
/// second.
package struct StatusHistory: Sendable {
    package enum Limits {
        /// The time between two counts.
        package static let interval = Duration.seconds(1)
        /// The time over which rates are means: long enough to be calm, short enough to show a change
        /// at once.
        package static let rates = Duration.seconds(10)
        /// The time whose requests and events quantiles are about: some hundred at the least load
        /// that is worth a look.
        package static let quantiles = Duration.seconds(60)
        /// The points of the curve: five minutes, which a page draws with one pixel each.
        package static let points = 300
    }

    /// One second of the curve.
    package struct Point: Equatable, Sendable {
        package let time: Timestamp
        package let ordersPerSecond: Double
        package let requestsPerSecond: Double
        package let eventsPerSecond: Double
        /// Quantiles of this second; `nil` without requests or orders in it.
        package let postP50: Double?
        package let postP99: Double?
        package let visibleP99: Double?
        package let lag: Int64
    }

    private struct Sample: Sendable {
        let time: ContinuousClock.Instant
        let counts: StatusCounts
    }

    /// The counts within the longest window, oldest first.
    private var samples: [Sample] = []
    /// The curve, oldest first.
    package private(set) var points: [Point] = []

    package init() {}

    package mutating func note(
        _ counts: StatusCounts,
        at time: ContinuousClock.Instant,
        _ timestamp: Timestamp
    ) {
        let sample = Sample(time: time, counts: counts)
        if let last = samples.last, time > last.time {
            if points.count == Limits.points { points.removeFirst() }
            points.append(Self.point(from: last, to: sample, timestamp))
        }
        samples.append(sample)
        samples.removeAll { $0.time < Self.begin(of: Limits.quantiles, before: time) }
    }

    private static func point(from last: Sample, to next: Sample, _ time: Timestamp) -> Point {
        let seconds = (next.time - last.time) / .seconds(1)
        func rate(_ count: KeyPath<StatusCounts, Int>) -> Double {
            Double(next.counts[keyPath: count] - last.counts[keyPath: count]) / seconds
        }
        let post = next.counts.post - last.counts.post
        return Point(
            time: time,
            ordersPerSecond: rate(\.accepted),
            requestsPerSecond: rate(\.requests),
            eventsPerSecond: rate(\.consumed),
            postP50: post.quantile(0.5),
            postP99: post.quantile(0.99),
            visibleP99: (next.counts.visible - last.counts.visible).quantile(0.99),
            lag: next.counts.lag
        )
    }

    // MARK: Windows

    /// Returns the mean rate of a count in the last 10 seconds, per second.
    package func rate(_ count: KeyPath<StatusCounts, Int>) -> Double {
        guard let (first, last) = window(Limits.rates) else { return 0 }
        let increase = last.counts[keyPath: count] - first.counts[keyPath: count]
        return Double(increase) / ((last.time - first.time) / .seconds(1))
    }

    /// Returns what share one count has of another in the last 10 seconds; 0 without any.
    package func share(
        of part: KeyPath<StatusCounts, Int>,
        in whole: KeyPath<StatusCounts, Int>
    ) -> Double {
        let (part, whole) = (rate(part), rate(whole))
        return whole > 0 ? part / whole : 0
    }

    /// Returns the durations of the last 60 seconds.
    package func durations(
        _ durations: KeyPath<StatusCounts, HistogramSnapshot>
    ) -> HistogramSnapshot? {
        guard let (first, last) = window(Limits.quantiles) else { return nil }
        return last.counts[keyPath: durations] - first.counts[keyPath: durations]
    }

    /// Returns the first and the last sample of a window that ends with the last one; `nil` if there
    /// are not two.
    private func window(_ window: Duration) -> (Sample, Sample)? {
        guard let last = samples.last else { return nil }
        let begin = Self.begin(of: window, before: last.time)
        guard let first = samples.first(where: { $0.time >= begin }), first.time < last.time else {
            return nil
        }
        return (first, last)
    }

    /// Returns the earliest time of a sample of a window.
    ///
    /// Samples come a little late, so the first one may be half an interval earlier.
    private static func begin(
        of window: Duration,
        before end: ContinuousClock.Instant
    ) -> ContinuousClock.Instant {
        end - window - Limits.interval / 2
    }
}
