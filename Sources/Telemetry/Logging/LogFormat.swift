/// How log lines look.
package enum LogFormat: String, CaseIterable, Sendable {
    /// One line for people: time, level, message, then `key=value`.
    case text
    /// One JSON object a line.
    case json
}
