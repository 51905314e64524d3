/// The reason why bytes are not JSON (RFC 8259).
package struct JSONError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The position of the error, in bytes from the beginning.
    package let offset: Int
    /// The description of the error, in words that "at byte …" can follow.
    package let reason: String

    package init(offset: Int, reason: String) {
        self.offset = offset
        self.reason = reason
    }

    package var description: String { "\(reason) at byte \(offset)" }
}
