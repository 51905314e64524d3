internal import Glibc
package import Logging
internal import Orders

/// Writes log lines to standard error, one write(2) each, so that lines of different threads and
/// processes do not mix.
package struct LineLogHandler: LogHandler {
    package var logLevel: Logger.Level
    package var metadata: Logger.Metadata = [:]
    private let format: LogFormat
    private let label: String
    private let clock: WallClock
    private let write: @Sendable ([UInt8]) -> Void

    package init(
        label: String,
        level: Logger.Level,
        format: LogFormat,
        clock: WallClock = .system,
        write: @escaping @Sendable ([UInt8]) -> Void = LineLogHandler.standardError
    ) {
        self.label = label
        self.logLevel = level
        self.format = format
        self.clock = clock
        self.write = write
    }

    /// Writes to descriptor 2; a line that cannot be written is lost, for there is nowhere to say so.
    package static let standardError: @Sendable ([UInt8]) -> Void = { line in
        _ = line.withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        let merged = metadata.merging(event.metadata ?? [:]) { _, new in new }
        let pairs = merged.sorted { $0.key < $1.key }.map { ($0.key, "\($0.value)") }
        switch format {
        case .text: write(text(event.level, "\(event.message)", pairs))
        case .json: write(json(event.level, "\(event.message)", pairs))
        }
    }

    private func text(
        _ level: Logger.Level,
        _ message: String,
        _ pairs: [(String, String)]
    ) -> [UInt8] {
        // A message is for reading: it is quoted only if it would not stay on one line.
        let isOneLine = message.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
        let message = isOneLine ? message : Self.quoted(message)
        var line = "\(clock.now()) \(level.rawValue) \(message)"
        for (key, value) in pairs { line += " \(key)=\(Self.quoted(value))" }
        return Array((line + "\n").utf8)
    }

    /// Quotes what would not stay one word on one line.
    private static func quoted(_ value: String) -> String {
        let isPlain =
            !value.isEmpty && value.utf8.allSatisfy { $0 > 0x20 && $0 != 0x22 && $0 != 0x7F }
        if isPlain { return value }
        var json = JSONWriter(reservingBytes: value.utf8.count + 2)
        json.string(value)
        return String(decoding: json.bytes, as: UTF8.self)
    }

    private func json(
        _ level: Logger.Level,
        _ message: String,
        _ pairs: [(String, String)]
    ) -> [UInt8] {
        var json = JSONWriter(reservingBytes: 256)
        json.beginObject()
        json.key("timestamp")
        json.timestamp(clock.now())
        json.key("level")
        json.string(level.rawValue)
        json.key("logger")
        json.string(label)
        json.key("message")
        json.string(message)
        for (key, value) in pairs {
            json.key(text: key)
            json.string(value)
        }
        json.endObject()
        return json.bytes + [UInt8(ascii: "\n")]
    }
}
