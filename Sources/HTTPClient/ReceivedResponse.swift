/// The response to a request, with any status.
package struct ReceivedResponse: Sendable {
    package let status: Int
    /// The header fields in the received order and spelling.
    package let fields: [(name: String, value: String)]
    package let body: [UInt8]
    /// How long the server asks to wait (`Retry-After`, RFC 9110 §10.2.3); `nil` if it does not.
    package let retryAfter: Duration?

    package init(
        status: Int,
        fields: [(name: String, value: String)] = [],
        body: [UInt8] = [],
        retryAfter: Duration? = nil
    ) {
        self.status = status
        self.fields = fields
        self.body = body
        self.retryAfter = retryAfter
    }

    /// Returns the first value of a field, whose name has no case.
    package func field(_ name: String) -> String? {
        fields.first { $0.name.lowercased() == name.lowercased() }?.value
    }

    package var text: String { String(decoding: body, as: UTF8.self) }
}
