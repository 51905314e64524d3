package import Transport

/// A request as handlers see it: complete, its body included.
package struct Request: Sendable {
    package var method: Method { head.method }
    /// The header fields.
    ///
    /// Trailers are checked and dropped (RFC 9110 §6.5.1 lets a server do so).
    package var fields: FieldSection { head.fields }
    /// The content, free of transfer coding; at most ``ServerLimits/bodyBytes``.
    package let body: [UInt8]
    /// Where in the path its variable part lies, as the router found it.
    package var parameterRange: Range<Int>?

    /// Whose request it is; `nil` on a socket without addresses.
    package var client: ClientNetwork?

    let head: RequestHead

    init(head: RequestHead, body: [UInt8]) {
        self.head = head
        self.body = body
    }

    /// The path as it was sent, percent-encoding untouched, such as `/orders/0193…`; `*` for a
    /// request about the server itself (RFC 9112 §3.2.4).
    package var path: ArraySlice<UInt8> { head.path }

    /// What follows the first `?`, percent-encoding untouched.
    package var query: ArraySlice<UInt8>? { head.query }

    /// What stands in the path where the route's pattern has a name, percent-encoding untouched.
    package var parameter: ArraySlice<UInt8>? { parameterRange.map { head.path[$0] } }
}
