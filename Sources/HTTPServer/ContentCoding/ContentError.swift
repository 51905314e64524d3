/// The reason why compressed content cannot be expanded.
package enum ContentError: Error, Equatable, Sendable {
    /// The data does not match its coding, is incomplete, or continues after its end.
    case damaged(ContentCoding, reason: String)
    /// The content expands beyond the limit for any content (RFC 9110 §15.5.14).
    case tooLarge(limitBytes: Int)
    /// The content expands beyond the limit for its compressed size; see ``Expansion``.
    case expandsTooFar(factor: Int)
}
