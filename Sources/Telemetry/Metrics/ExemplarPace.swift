package import Text

/// Decides which requests or events become exemplars: those of one thread, at most one per second for a
/// bucket.
///
/// What it lets pass may lock and allocate; every client decides with its flags what is sampled.
package struct ExemplarPace: Sendable {
    package enum Limits {
        /// The number of buckets whose last second is kept.
        ///
        /// Beyond, buckets share one, and have one exemplar a second together. A prime number, so that
        /// they spread.
        package static let slots = 251
    }

    private var seconds = [Int64](repeating: .min, count: Limits.slots)

    package init() {}

    /// - Parameter bucket: The number of the bucket among all of the metric; not negative.
    package mutating func admits(_ bucket: Int, at time: Timestamp) -> Bool {
        let slot = bucket % Limits.slots
        let second = time.millisecondsSinceEpoch / 1000
        guard seconds[slot] != second else { return false }
        seconds[slot] = second
        return true
    }
}
