internal import Synchronization

/// Omits and counts lines of a message that is repeated often.
///
/// A message is the text without metadata, because each order in an outage causes the same message.
final class LogPace: Sendable {
    enum Limits {
        /// The number of lines of one message that are always written, such as one per partition.
        static let burst = 10
        /// The interval in which one further line is written.
        static let interval = Duration.seconds(1)
        /// The number of different messages that are counted.
        ///
        /// All lines of further messages are written.
        static let messages = 256
    }

    enum Verdict: Equatable {
        /// - Parameter leftOut: The number of lines with this message omitted since the last
        ///   written one.
        case write(leftOut: Int)
        /// - Parameter isFirst: Whether no report of the number is scheduled yet.
        case leaveOut(isFirst: Bool)
    }

    private struct Message {
        var linesLeft = Limits.burst
        /// The time of the last addition to ``linesLeft``.
        var refilled: ContinuousClock.Instant
        var last: ContinuousClock.Instant
        var leftOut = 0
        /// Whether a report of the number of omitted lines is scheduled.
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

    /// Decides whether to write a line.
    func judge(_ text: String, now: ContinuousClock.Instant = .now) -> Verdict {
        messages.withLock { messages in
            if messages[text] == nil, messages.count >= Limits.messages { forget(&messages, now) }
            guard messages[text] != nil || messages.count < Limits.messages else {
                return .write(leftOut: 0)
            }
            return messages[text, default: Message(refilled: now, last: now)].judge(now)
        }
    }

    /// Takes the number of omitted lines of a message that has not occurred for a while.
    ///
    /// `nil` if the message still occurs; the caller asks again later then.
    func leftOut(of text: String, now: ContinuousClock.Instant = .now) -> Int? {
        messages.withLock { messages in
            guard let message = messages[text] else { return 0 }
            guard message.leftOut == 0 || message.last + Limits.interval <= now else { return nil }
            messages[text]?.leftOut = 0
            messages[text]?.isWatched = false
            return message.leftOut
        }
    }

    /// Takes the numbers of omitted lines that are not reported yet, by message.
    func takeAllLeftOut() -> [(text: String, count: Int)] {
        messages.withLock { messages in
            let all = messages.filter { $0.value.leftOut > 0 }.map { ($0.key, $0.value.leftOut) }
            for (text, _) in all { messages[text]?.leftOut = 0 }
            return all.sorted { $0.0 < $1.0 }
        }
    }

    /// Forgets the messages without omitted lines to report.
    private func forget(_ messages: inout [String: Message], _ now: ContinuousClock.Instant) {
        messages = messages.filter { element in
            var message = element.value
            message.refill(now)
            return message.linesLeft < Limits.burst || message.leftOut > 0
        }
    }
}
