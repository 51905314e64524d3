internal import Text

/// The content of one log line.
struct LogRecord {
    let time: Timestamp
    let level: Logger.Level
    /// The label of the logger.
    let label: String
    let message: String
    /// The metadata, sorted by key.
    let metadata: [(key: String, value: String)]
}

extension LogFormat {
    /// Returns a record as one line, including the line end.
    func line(_ record: LogRecord) -> [UInt8] {
        switch self {
        case .text: text(record)
        case .json: json(record)
        }
    }

    private func text(_ record: LogRecord) -> [UInt8] {
        // A message is for people, so only control characters such as a line end make it quoted.
        let isOneLine = record.message.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
        let message = isOneLine ? record.message : quoted(record.message)
        var line = "\(record.time) \(record.level.rawValue) \(message)"
        for (key, value) in record.metadata { line += " \(key)=\(quoted(value))" }
        return Array((line + "\n").utf8)
    }

    /// Quotes a value unless it is a single word.
    private func quoted(_ value: String) -> String {
        let isPlain =
            !value.isEmpty && value.utf8.allSatisfy { $0 > 0x20 && $0 != 0x22 && $0 != 0x7F }
        if isPlain { return value }
        var json = JSONWriter(reservingBytes: value.utf8.count + 2)
        json.string(value)
        return String(decoding: json.bytes, as: UTF8.self)
    }

    private func json(_ record: LogRecord) -> [UInt8] {
        var json = JSONWriter(reservingBytes: 256)
        json.beginObject()
        json.key("timestamp")
        json.string(record.time)
        json.key("level")
        json.string(record.level.rawValue)
        json.key("logger")
        json.string(record.label)
        json.key("message")
        json.string(record.message)
        for (key, value) in record.metadata {
            json.key(text: key)
            json.string(value)
        }
        json.endObject()
        return json.bytes + [UInt8(ascii: "\n")]
    }
}
