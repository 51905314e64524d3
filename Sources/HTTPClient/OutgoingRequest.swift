/// A request to send.
package struct OutgoingRequest: Sendable {
    package enum Limits {
        /// The time that a request may take if nothing else is said.
        package static let time = Duration.seconds(10)
    }

    package enum Method: String, Sendable {
        case get = "GET"
        case post = "POST"
        case put = "PUT"
        case delete = "DELETE"
    }

    package var method: Method
    package var url: HTTPURL
    /// The header fields besides those that libcurl sends, such as `Host`.
    package var fields: [(name: String, value: String)]
    /// The content; sent with its length.
    package var body: [UInt8]?
    /// The time for the whole request, from the look-up of the name to the last byte.
    package var timeout: Duration

    package init(
        _ method: Method = .get,
        _ url: HTTPURL,
        fields: [(name: String, value: String)] = [],
        body: [UInt8]? = nil,
        timeout: Duration = Limits.time
    ) {
        self.method = method
        self.url = url
        self.fields = fields
        self.body = body
        self.timeout = timeout
    }

    /// Returns whether a field can be sent: its name is a token (RFC 9110 §5.6.2), its value has no
    /// control characters, which could begin a field of their own.
    package static func isSendable(name: String, value: String) -> Bool {
        let marks = Array("!#$%&'*+-.^_`|~".utf8)
        return !name.isEmpty
            && name.utf8.allSatisfy {
                (0x30...0x39).contains($0) || (0x41...0x5A).contains($0)
                    || (0x61...0x7A).contains($0) || marks.contains($0)
            } && value.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }
    }
}
