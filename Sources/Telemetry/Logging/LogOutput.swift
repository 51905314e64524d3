internal import Dispatch
internal import Text

/// What a logger and its copies share: it turns records into lines, and limits repeated messages.
final class LogOutput: Sendable {
    /// The key for the number of lines like this one that were left out before it.
    static let leftOutKey = "left_out"

    private enum Limits {
        /// How long to wait after a line was left out.
        ///
        /// If no next line tells the number by then, one more line does.
        static let watch = DispatchTimeInterval.seconds(2)
    }

    private let label: String
    private let format: LogFormat
    private let clock: WallClock
    private let sink: LogSink
    private let aboutLoss: LogSink.AboutLoss
    private let pace = LogPace()

    init(label: String, format: LogFormat, clock: WallClock, sink: LogSink) {
        self.label = label
        self.format = format
        self.clock = clock
        self.sink = sink
        aboutLoss = { count in
            format.line(
                LogRecord(
                    time: clock.now(),
                    level: .warning,
                    label: label,
                    message: "lines of the log were lost",
                    metadata: [("count", "\(count)")]
                )
            )
        }
    }

    func write(_ level: Logger.Level, _ message: String, _ metadata: Logger.Metadata) {
        let record = LogRecord(
            time: clock.now(),
            level: level,
            label: label,
            message: message,
            metadata: metadata.sorted { $0.key < $1.key }
        )
        sink.write(format.line(record), aboutLoss: aboutLoss)
    }

    /// - Returns: How many lines with this message were left out since the last one; `nil` if this line
    ///   is to be left out.
    func admit(_ level: Logger.Level, _ message: String) -> Int? {
        switch pace.judge(message) {
        case .write(let leftOut): return leftOut
        case .leaveOut(let isFirst):
            if isFirst { watch(level, message) }
            return nil
        }
    }

    /// Tells how many lines were left out, when the message no longer comes.
    private func watch(_ level: Logger.Level, _ message: String) {
        DispatchQueue.global().asyncAfter(deadline: .now() + Limits.watch) { [self] in
            guard let count = pace.leftOut(of: message) else { return watch(level, message) }
            if count > 0 { tell(level, message, count) }
        }
    }

    private func tell(_ level: Logger.Level, _ message: String, _ count: Int) {
        write(level, message, [Self.leftOutKey: "\(count)"])
    }

    func finish() {
        for (message, count) in pace.takeAllLeftOut() { tell(.warning, message, count) }
    }

    func flush() { sink.flush() }
}
