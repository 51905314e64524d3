package import Text

/// Writes log records, one line each.
///
/// It is a value type, so a copy can have more metadata or another level.
package struct Logger: Sendable {
    package typealias Metadata = [String: String]

    /// The importance of a record.
    ///
    /// Later cases are more important.
    package enum Level: Comparable, CaseIterable, Sendable {
        case trace, debug, info, notice, warning, error, critical
    }

    /// The lowest level that is written; messages and metadata of lower levels are not evaluated.
    package var logLevel: Level
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
        logLevel = level
        output = LogOutput(label: label, format: format, clock: clock, sink: sink)
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
        guard level >= logLevel else { return }
        let message = message()
        guard let leftOut = logLevel <= .debug ? 0 : output.admit(level, message) else { return }
        var all = self.metadata.merging(metadata()) { $1 }
        if leftOut > 0 { all[LogOutput.leftOutKey] = "\(leftOut)" }
        output.write(level, message, all)
    }

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

// The enum has no stored raw values, because levels are compared by their sequence, one byte each.
extension Logger.Level: RawRepresentable {
    /// - Parameter rawValue: The name of the level, in lower case.
    package init?(rawValue: String) {
        guard let level = Self.allCases.first(where: { $0.rawValue == rawValue }) else {
            return nil
        }
        self = level
    }

    package var rawValue: String { "\(self)" }
}
