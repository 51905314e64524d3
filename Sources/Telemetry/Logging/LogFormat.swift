/// The format of log lines.
package enum LogFormat: String, CaseIterable, Sendable {
    /// One line for people: time, level, message, and metadata as `key=value`.
    case text
    /// One JSON object per line.
    case json
}
