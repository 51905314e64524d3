/// Why bytes are not JSON (RFC 8259).
package struct JSONError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Where, in bytes from the beginning.
    package let offset: Int
    /// What is wrong there, as words that "at byte …" can follow.
    package let reason: String

    package init(offset: Int, reason: String) {
        self.offset = offset
        self.reason = reason
    }

    package var description: String { "\(reason) at byte \(offset)" }
}
