internal import Dispatch
internal import Synchronization
internal import Text

/// The output that a logger and its copies share.
///
/// It decides which levels are written, converts records to lines, and limits repeated messages.
final class LogOutput: Sendable {
    /// The key for the number of omitted lines with the same message before a line.
    static let leftOutKey = "left_out"

    private enum Limits {
        /// The wait after a line was omitted.
        ///
        /// If no next line has reported the number by then, an extra line reports it.
        static let watch = DispatchTimeInterval.seconds(2)
    }

    private let label: String
    private let format: LogFormat
    private let clock: WallClock
    private let sink: LogSink
    private let aboutLoss: LogSink.AboutLoss
    private let pace = LogPace()
    /// The rank of the lowest level that is written.
    private let threshold: Atomic<UInt8>
    /// The number of records by the rank of their level.
    private let lineCounts = Mutex([Int](repeating: 0, count: Logger.Level.allCases.count))

    init(
        label: String,
        level: Logger.Level,
        format: LogFormat,
        clock: WallClock,
        sink: LogSink
    ) {
        threshold = Atomic(level.rank)
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

    // MARK: Levels

    /// Whether records of a level are written.
    func writes(_ level: Logger.Level) -> Bool {
        level.rank >= threshold.load(ordering: .relaxed)
    }

    var level: Logger.Level {
        Logger.Level.allCases[Int(threshold.load(ordering: .relaxed))]
    }

    /// - Returns: The level before.
    func exchange(_ level: Logger.Level) -> Logger.Level {
        Logger.Level.allCases[Int(threshold.exchange(level.rank, ordering: .relaxed))]
    }

    // MARK: Counts

    func lineCount(of level: Logger.Level) -> Int { lineCounts.withLock { $0[Int(level.rank)] } }

    var lostLineCount: Int { sink.lostLineCount }

    // MARK: Lines

    func put(_ line: [UInt8]) { sink.write(line, isMinor: true, aboutLoss: aboutLoss) }

    func write(_ level: Logger.Level, _ message: String, _ metadata: Logger.Metadata) {
        lineCounts.withLock { $0[Int(level.rank)] += 1 }
        let record = LogRecord(
            time: clock.now(),
            level: level,
            label: label,
            message: message,
            metadata: metadata.sorted { $0.key < $1.key }
        )
        sink.write(format.line(record), aboutLoss: aboutLoss)
    }

    /// - Returns: The number of omitted lines with this message since the last written one; `nil`
    ///   if this line has to be omitted.
    func admit(_ level: Logger.Level, _ message: String) -> Int? {
        switch pace.judge(message) {
        case .write(let leftOut): return leftOut
        case .leaveOut(let isFirst):
            if isFirst { watch(level, message) }
            return nil
        }
    }

    /// Writes the number of omitted lines when the message no longer occurs.
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
