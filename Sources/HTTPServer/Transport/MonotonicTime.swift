internal import Glibc

/// A point on the machine's monotonic clock, in nanoseconds (`CLOCK_MONOTONIC`, clock_gettime(2)).
///
/// A bare integer: deadlines are stored once per request and compared in a heap, and
/// `ContinuousClock.Instant` is twice the size.
struct MonotonicTime: Comparable, Hashable, Sendable {
    var nanoseconds: Int64

    static let distantPast = MonotonicTime(nanoseconds: .min)
    /// Later than every deadline: nothing is due.
    static let distantFuture = MonotonicTime(nanoseconds: .max)

    static func now() -> MonotonicTime {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return MonotonicTime(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }

    func advanced(by duration: Duration) -> MonotonicTime {
        let (seconds, attoseconds) = duration.components
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, carried) = nanoseconds.addingReportingOverflow(whole)
        guard !overflow, !carried, sum < Int64.max - 1_000_000_000 else { return .distantFuture }
        return MonotonicTime(nanoseconds: sum + attoseconds / 1_000_000_000)
    }

    static func < (left: MonotonicTime, right: MonotonicTime) -> Bool {
        left.nanoseconds < right.nanoseconds
    }
}
