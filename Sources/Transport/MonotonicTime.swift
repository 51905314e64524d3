internal import Glibc

/// A point on the machine's monotonic clock, in nanoseconds (`CLOCK_MONOTONIC`, clock_gettime(2)).
///
/// A plain integer, because deadlines are stored once per request and compared in a heap.
/// `ContinuousClock.Instant` is twice the size.
package struct MonotonicTime: Comparable, Hashable, Sendable {
    package var nanoseconds: Int64

    @inlinable
    package init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    @inlinable
    package static var distantPast: MonotonicTime { MonotonicTime(nanoseconds: .min) }
    /// A time later than every deadline: nothing is due.
    @inlinable
    package static var distantFuture: MonotonicTime { MonotonicTime(nanoseconds: .max) }

    package static func now() -> MonotonicTime {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return MonotonicTime(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }

    @inlinable
    package func advanced(by duration: Duration) -> MonotonicTime {
        advanced(nanoseconds: Self.nanoseconds(of: duration))
    }

    /// Returns the time that is later by some nanoseconds, but no later than the distant future.
    @inlinable
    package func advanced(nanoseconds: Int64) -> MonotonicTime {
        let (sum, overflow) = self.nanoseconds.addingReportingOverflow(nanoseconds)
        return overflow ? .distantFuture : MonotonicTime(nanoseconds: sum)
    }

    /// Returns a duration in nanoseconds, or the largest number if it is longer.
    @inlinable
    package static func nanoseconds(of duration: Duration) -> Int64 {
        let (seconds, attoseconds) = duration.components
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, carried) = whole.addingReportingOverflow(attoseconds / 1_000_000_000)
        return overflow || carried ? .max : sum
    }

    @inlinable
    package static func < (left: MonotonicTime, right: MonotonicTime) -> Bool {
        left.nanoseconds < right.nanoseconds
    }
}
