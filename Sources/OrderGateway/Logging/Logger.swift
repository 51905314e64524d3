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
    private let write: @Sendable (Level, String, Metadata) -> Void

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
        // One closure, so that a copy of the logger counts few references.
        write = { level, message, metadata in
            let record = LogRecord(
                time: clock.now(),
                level: level,
                label: label,
                message: message,
                metadata: metadata.sorted { $0.key < $1.key }
            )
            sink.write(format.line(record))
        }
    }

    package subscript(metadataKey key: String) -> String? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// Writes a record, unless it is below ``logLevel``.
    ///
    /// - Parameter metadata: What this record says besides; it wins over what the logger says.
    package func log(
        level: Level,
        _ message: @autoclosure () -> String,
        metadata: @autoclosure () -> Metadata = [:]
    ) {
        guard level >= logLevel else { return }
        write(level, message(), self.metadata.merging(metadata()) { $1 })
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
