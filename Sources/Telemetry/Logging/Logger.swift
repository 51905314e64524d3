package import Text

/// Writes what happens, one line a record.
///
/// It is a value: a copy can say more, or less, than the original.
package struct Logger: Sendable {
    package typealias Metadata = [String: String]

    /// How important a record is; the later, the more.
    package enum Level: Comparable, CaseIterable, Sendable {
        case trace, debug, info, notice, warning, error, critical
    }

    /// Records below it are left out; neither their message nor their metadata is evaluated.
    package var logLevel: Level
    /// Said with every record.
    private var metadata: Metadata = [:]
    // One object, so that a copy of the logger counts few references.
    private let output: LogOutput

    /// - Parameters:
    ///   - label: Whose lines they are, for a machine that reads several logs.
    ///   - sink: Where the lines go.
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

    /// Writes a record, unless it is below ``logLevel``, or one more of very many with this message.
    ///
    /// At level debug nothing is left out that there is room for.
    ///
    /// - Parameter metadata: What this record says besides; it wins over what the logger says.
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

    /// Writes how many lines were left out and not told of.
    package func finish() { output.finish() }

    /// The same, and waits until all lines are written or lost, for a short time.
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

// Not an enum of strings: levels are compared by their order, a byte each.
extension Logger.Level: RawRepresentable {
    /// - Parameter rawValue: Its name, in lower case.
    package init?(rawValue: String) {
        guard let level = Self.allCases.first(where: { $0.rawValue == rawValue }) else {
            return nil
        }
        self = level
    }

    package var rawValue: String { "\(self)" }
}
