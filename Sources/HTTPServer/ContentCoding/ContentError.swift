/// Why a content that was sent compressed cannot be had.
package enum ContentError: Error, Equatable, Sendable {
    /// It is not what its coding says, or not all of it, or more.
    case damaged(ContentCoding, reason: String)
    /// It becomes larger than a content may be (RFC 9110 §15.5.14).
    case tooLarge(limitBytes: Int)
    /// It becomes larger than its size when it was sent lets expect; see ``Expansion``.
    case expandsTooFar(factor: Int)
}
