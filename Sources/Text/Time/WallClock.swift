internal import Glibc

/// A clock for times that are stored or logged; durations use monotonic clocks.
package struct WallClock: Sendable {
    private let read: @Sendable () -> Timestamp

    package init(_ read: @escaping @Sendable () -> Timestamp) {
        self.read = read
    }

    /// The clock `CLOCK_REALTIME` (clock_gettime(2)), with millisecond precision.
    package static let system = WallClock {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(
            millisecondsSinceEpoch: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
        )
    }

    package func now() -> Timestamp { read() }
}
