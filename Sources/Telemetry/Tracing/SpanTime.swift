internal import Glibc

/// A moment of a span, in nanoseconds since 1970, as OTLP has it.
package struct SpanTime: Comparable, Sendable {
    package let nanosecondsSinceEpoch: UInt64

    package init(nanosecondsSinceEpoch: UInt64) {
        self.nanosecondsSinceEpoch = nanosecondsSinceEpoch
    }

    /// Reads the clock `CLOCK_REALTIME` (clock_gettime(2)).
    package static func now() -> SpanTime {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return SpanTime(
            nanosecondsSinceEpoch: UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
        )
    }

    /// Returns the moment that is so much earlier.
    package func before(_ duration: Duration) -> SpanTime {
        let nanoseconds = max(0, duration / .nanoseconds(1))
        guard nanoseconds < Double(nanosecondsSinceEpoch) else { return self }
        return SpanTime(nanosecondsSinceEpoch: nanosecondsSinceEpoch - UInt64(nanoseconds))
    }

    package static func < (left: SpanTime, right: SpanTime) -> Bool {
        left.nanosecondsSinceEpoch < right.nanosecondsSinceEpoch
    }
}
