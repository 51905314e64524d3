/// The reason why a request has no response.
package struct HTTPClientError: Error, Equatable, Sendable, CustomStringConvertible {
    package enum Kind: Equatable, Sendable {
        /// The request itself is wrong: its URL, or a header field.
        case invalidRequest
        /// The name has no address, or nobody accepts a connection there.
        case unreachable
        /// TLS could not be set up, or the certificate is not trusted.
        case notSecure
        /// The time for the connection or for the whole request is over.
        case timedOut
        /// The response has more content than the client accepts.
        case responseTooLarge(limitBytes: Int)
        /// ``RequestCancellation/cancel()`` was called.
        case cancelled
        /// The connection broke, or what came is not HTTP.
        case broken
    }

    package let kind: Kind
    /// The URL of the request without credentials and query; `nil` if it cannot be read.
    package let url: String?
    /// What went wrong, in libcurl's words where it has some.
    package let reason: String

    package init(_ kind: Kind, url: String?, reason: String) {
        self.kind = kind
        self.url = url
        self.reason = reason
    }

    package var description: String { url.map { "\($0): \(reason)" } ?? reason }
}
