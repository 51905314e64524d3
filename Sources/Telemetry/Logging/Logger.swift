package import Text

/// Writes log records, one line each.
///
/// It is a value type, so a copy can have more metadata. All copies have one level, which can change
/// at any time.
package struct Logger: Sendable {
    package typealias Metadata = [String: String]

    /// The importance of a record.
    ///
    /// Later cases are more important.
    package enum Level: Comparable, CaseIterable, Sendable {
        case trace, debug, info, notice, warning, error, critical
    }

    /// The metadata added to every record.
    private var metadata: Metadata = [:]
    // This is one object, so that a copy of the logger changes few reference counts.
    private let output: LogOutput

    /// - Parameters:
    ///   - label: The name of the program in JSON lines, for programs that read several logs.
    ///   - sink: The destination of the lines.
    package init(
        label: String,
        level: Level = .info,
        format: LogFormat,
        clock: WallClock = .system,
        sink: LogSink = .standardError
    ) {
        output = LogOutput(label: label, level: level, format: format, clock: clock, sink: sink)
    }

    /// The lowest level that is written; messages and metadata of lower levels are not evaluated.
    package var logLevel: Level { output.level }

    /// Whether records of a level are written.
    package func isEnabled(_ level: Level) -> Bool { output.writes(level) }

    /// Changes the level of this logger and of all its copies; any thread may do that.
    ///
    /// The change is logged at level notice, whatever the levels are.
    ///
    /// - Returns: The level before.
    @discardableResult
    package func changeLevel(to level: Level, metadata: Metadata = [:]) -> Level {
        let before = output.exchange(level)
        guard before != level else { return before }
        let change = ["from": before.rawValue, "to": level.rawValue]
        output.write(.notice, "log level changed", change.merging(metadata) { $1 })
        return before
    }

    package subscript(metadataKey key: String) -> String? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// Writes a record, unless it is below ``logLevel`` or repeats a message too often.
    ///
    /// If ``logLevel`` is debug or lower, repeated messages are not omitted.
    ///
    /// - Parameter metadata: The metadata added to the record. It replaces the logger's own
    ///   metadata with the same keys.
    package func log(
        level: Level,
        _ message: @autoclosure () -> String,
        metadata: @autoclosure () -> Metadata = [:]
    ) {
        guard output.writes(level) else { return }
        let message = message()
        let isComplete = output.writes(.debug)
        guard let leftOut = isComplete ? 0 : output.admit(level, message) else { return }
        var all = self.metadata.merging(metadata()) { $1 }
        if leftOut > 0 { all[LogOutput.leftOutKey] = "\(leftOut)" }
        output.write(level, message, all)
    }

    /// Writes a line of another log between those of this one.
    ///
    /// Neither the level nor repetitions limit it. If nobody takes the log, it is lost before the
    /// records are.
    ///
    /// - Parameter line: The line with its end.
    package func put(_ line: [UInt8]) { output.put(line) }

    /// The number of records of a level that were written or lost.
    package func lineCount(of level: Level) -> Int { output.lineCount(of: level) }

    /// The number of lines that were lost, because the queue was full or they could not be written.
    package var lostLineCount: Int { output.lostLineCount }

    /// Writes the numbers of omitted lines that are not reported yet.
    package func finish() { output.finish() }

    /// Calls ``finish()``, then waits for a short time until all lines are written or lost.
    package func flush() {
        output.finish()
        output.flush()
    }

    package func trace(
        _ message: @autoclosure () -> String,
        metadata: @autoclosure () -> Metadata = [:]
    ) {
        log(level: .trace, message(), metadata: metadata())
    }

    package func debug(
        _ message: @autoclosure () -> String,
        metadata: @autoclosure () -> Metadata = [:]
    ) {
        log(level: .debug, message(), metadata: metadata())
    }

    package func info(
        _ message: @autoclosure () -> String,
        metadata: @autoclosure () -> Metadata = [:]
    ) {
        log(level: .info, message(), metadata: metadata())
    }

    package func notice(
        _ message: @autoclosure () -> String,
        metadata: @autoclosure () -> Metadata = [:]
    ) {
        log(level: .notice, message(), metadata: metadata())
    }

    package func warning(
        _ message: @autoclosure () -> String,
        metadata: @autoclosure () -> Metadata = [:]
    ) {
        log(level: .warning, message(), metadata: metadata())
    }

    package func error(
        _ message: @autoclosure () -> String,
        metadata: @autoclosure () -> Metadata = [:]
    ) {
        log(level: .error, message(), metadata: metadata())
    }

    package func critical(
        _ message: @autoclosure () -> String,
        metadata: @autoclosure () -> Metadata = [:]
    ) {
        log(level: .critical, message(), metadata: metadata())
    }
}

extension Logger.Level {
    /// The place in the sequence of levels.
    var rank: UInt8 {
        switch self {
        case .trace: 0
        case .debug: 1
        case .info: 2
        case .notice: 3
        case .warning: 4
        case .error: 5
        case .critical: 6
        }
    }
}

// The enum has no stored raw values, because levels are compared by their sequence, one byte each.
extension Logger.Level: RawRepresentable {
    /// - Parameter rawValue: The name of the level, in lower case.
    package init?(rawValue: String) {
        guard let level = Self.allCases.first(where: { $0.rawValue == rawValue }) else {
            return nil
        }
        self = level
    }

    /// - Parameter spelling: The name of the level in any case, or `warn`, as other programs say.
    package init?(spelling: String) {
        let name = spelling.lowercased()
        self.init(rawValue: name == "warn" ? "warning" : name)
    }

    package var rawValue: String { "\(self)" }
}
