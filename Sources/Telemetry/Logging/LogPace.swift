internal import Synchronization

/// Leaves out and counts lines of a message that comes again and again.
///
/// A message is the text without its metadata: during an outage each order causes the same message.
final class LogPace: Sendable {
    enum Limits {
        /// Lines of one message that are always written, such as one for each partition.
        static let burst = 10
        /// After these lines, one line is written in each such interval.
        static let interval = Duration.seconds(1)
        /// Different messages that are remembered.
        ///
        /// Lines of further messages are all written.
        static let messages = 256
    }

    enum Verdict: Equatable {
        /// - Parameter leftOut: How many lines like this one were left out since the last one.
        case write(leftOut: Int)
        /// - Parameter isFirst: Whether nothing is scheduled yet that will tell the number.
        case leaveOut(isFirst: Bool)
    }

    private struct Message {
        var linesLeft = Limits.burst
        /// When ``linesLeft`` was last added to.
        var refilled: ContinuousClock.Instant
        var last: ContinuousClock.Instant
        var leftOut = 0
        /// Whether something is scheduled that will tell how many were left out.
        var isWatched = false

        mutating func judge(_ now: ContinuousClock.Instant) -> Verdict {
            refill(now)
            last = now
            guard linesLeft > 0 else {
                leftOut += 1
                defer { isWatched = true }
                return .leaveOut(isFirst: !isWatched)
            }
            linesLeft -= 1
            defer { leftOut = 0 }
            return .write(leftOut: leftOut)
        }

        mutating func refill(_ now: ContinuousClock.Instant) {
            let intervals = max(0, Int((now - refilled) / Limits.interval))
            linesLeft = min(Limits.burst, linesLeft + intervals)
            refilled = refilled.advanced(by: Limits.interval * intervals)
        }
    }

    private let messages = Mutex<[String: Message]>([:])

    /// Decides on a line.
    func judge(_ text: String, now: ContinuousClock.Instant = .now) -> Verdict {
        messages.withLock { messages in
            if messages[text] == nil, messages.count >= Limits.messages { forget(&messages, now) }
            guard messages[text] != nil || messages.count < Limits.messages else {
                return .write(leftOut: 0)
            }
            return messages[text, default: Message(refilled: now, last: now)].judge(now)
        }
    }

    /// How many lines were left out of a message that has not come for a while.
    ///
    /// `nil` if the message still comes; then the caller asks again later.
    func leftOut(of text: String, now: ContinuousClock.Instant = .now) -> Int? {
        messages.withLock { messages in
            guard let message = messages[text] else { return 0 }
            guard message.leftOut == 0 || message.last + Limits.interval <= now else { return nil }
            messages[text]?.leftOut = 0
            messages[text]?.isWatched = false
            return message.leftOut
        }
    }

    /// How many lines were left out and not yet told, by message.
    func takeAllLeftOut() -> [(text: String, count: Int)] {
        messages.withLock { messages in
            let all = messages.filter { $0.value.leftOut > 0 }.map { ($0.key, $0.value.leftOut) }
            for (text, _) in all { messages[text]?.leftOut = 0 }
            return all.sorted { $0.0 < $1.0 }
        }
    }

    /// Forgets the messages for which nothing is left to tell.
    private func forget(_ messages: inout [String: Message], _ now: ContinuousClock.Instant) {
        messages = messages.filter { element in
            var message = element.value
            message.refill(now)
            return message.linesLeft < Limits.burst || message.leftOut > 0
        }
    }
}
