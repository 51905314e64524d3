internal import Glibc

/// The value of the `Date` field (RFC 9110 §6.6.1).
///
/// The clock is read once per turn of the event loop. The text is formatted again only when the
/// second has changed.
struct DateField {
    private var turnNumber: UInt64?
    private var second: time_t = -1
    private var bytes: [UInt8] = []

    /// Returns the date as an IMF-fixdate, 29 bytes (RFC 9110 §5.6.7).
    mutating func current(in turnNumber: UInt64) -> [UInt8] {
        guard turnNumber != self.turnNumber else { return bytes }
        self.turnNumber = turnNumber
        var time = timespec()
        clock_gettime(CLOCK_REALTIME_COARSE, &time)
        if time.tv_sec != second {
            second = time.tv_sec
            bytes = Self.format(second)
        }
        return bytes
    }

    static func format(_ second: time_t) -> [UInt8] {
        var second = second
        var parts = tm()
        gmtime_r(&second, &parts)
        let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
        let months = [
            "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
        ]
        func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let date = "\(two(parts.tm_mday)) \(months[Int(parts.tm_mon)]) \(1900 + parts.tm_year)"
        let time = "\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))"
        return Array("\(days[Int(parts.tm_wday)]), \(date) \(time) GMT".utf8)
    }
}
