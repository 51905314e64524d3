internal import Kafka

/// Properties of librdkafka from a file of `key=value` lines, the format of librdkafka's own programs.
///
/// Blank lines and lines that begin with `#` are ignored. Blanks around key and value do not count.
enum KafkaConfigFile {
    /// - Throws: ``SettingProblem`` with the path and the line.
    static func read(_ path: String) throws(SettingProblem) -> [KafkaProperty] {
        let bytes: [UInt8]
        do throws(SmallFile.Problem) {
            bytes = try SmallFile.read(path)
        } catch {
            throw SettingProblem("\(path): \(error.reason)")
        }
        return try properties(bytes, path)
    }

    private static func properties(
        _ bytes: [UInt8],
        _ path: String
    ) throws(SettingProblem) -> [KafkaProperty] {
        var properties: [KafkaProperty] = []
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            let place = "\(path), line \(index + 1)"
            guard let text = String(validating: line, as: UTF8.self) else {
                throw SettingProblem("\(place): it is not UTF-8")
            }
            // Some editors begin a file with a byte order mark.
            let content = (index == 0 && text.hasPrefix("\u{FEFF}") ? text.dropFirst() : text[...])
                .trimmingBlanks()
            if content.isEmpty || content.hasPrefix("#") { continue }
            // The line is not shown, because it may be a part of a password.
            guard let pair = KafkaProperty(parsing: content) else {
                throw SettingProblem("\(place): it is not key=value")
            }
            let property = KafkaProperty(
                String(pair.name[...].trimmingBlanks()),
                String(pair.value[...].trimmingBlanks())
            )
            do throws(SettingProblem) {
                try property.checked()
            } catch {
                throw SettingProblem("\(place): \(error.reason)")
            }
            properties.append(property)
        }
        return properties
    }
}

extension Substring {
    /// Returns the text without blanks at both ends.
    func trimmingBlanks() -> Substring {
        let start = drop { $0.isWhitespace }
        guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return start }
        return start[...last]
    }
}
