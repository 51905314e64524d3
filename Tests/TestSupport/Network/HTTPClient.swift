/// A simple HTTP/1.1 client with one keep-alive connection.
///
/// The client blocks, with a time limit on each request. It is Sendable so that a test can pass it
/// from one thread to another. Two threads must not use it at once.
package final class HTTPClient: @unchecked Sendable {
    private let host: String
    private let port: Int
    private let timeout: Duration
    private var connection: RawConnection?

    package init(host: String = "127.0.0.1", port: Int, timeout: Duration = .seconds(30)) {
        self.host = host
        self.port = port
        self.timeout = timeout
    }

    /// Sends a request and receives its response.
    ///
    /// The client never sends a request twice.
    ///
    /// - Parameters:
    ///   - method: The method.
    ///   - target: The request target, such as `/orders`.
    ///   - fields: Additional header fields; `Host` and, with a body, `Content-Length` are added if
    ///     missing.
    ///   - body: The content.
    /// - Throws: ``SupportError`` when there is no connection, or no response in time.
    package func request(
        _ method: String,
        _ target: String,
        fields: [(name: String, value: String)] = [],
        body: [UInt8]? = nil
    ) throws(SupportError) -> HTTPReply {
        let connection = try openConnection()
        var head = "\(method) \(target) HTTP/1.1\r\n"
        func add(_ name: String, _ value: String) {
            let isGiven = fields.contains { $0.name.lowercased() == name.lowercased() }
            if !isGiven { head += "\(name): \(value)\r\n" }
        }
        add("Host", "\(host):\(port)")
        if let body { add("Content-Length", "\(body.count)") }
        for field in fields { head += "\(field.name): \(field.value)\r\n" }
        head += "\r\n"
        do throws(SupportError) {
            try connection.send(Array(head.utf8) + (body ?? []))
            var reply = try connection.receiveReply(isForHead: method == "HEAD")
            while reply.status < 200 {
                reply = try connection.receiveReply(isForHead: method == "HEAD")
            }
            if connection.isClosedByPeer || reply["Connection"]?.lowercased() == "close" {
                self.connection = nil
            }
            return reply
        } catch {
            self.connection = nil
            throw error
        }
    }

    package func get(
        _ target: String,
        fields: [(name: String, value: String)] = []
    ) throws(SupportError) -> HTTPReply {
        try request("GET", target, fields: fields)
    }

    /// Sends a POST request with JSON content.
    package func post(
        _ target: String,
        json: String,
        fields: [(name: String, value: String)] = []
    ) throws(SupportError) -> HTTPReply {
        let type = (name: "Content-Type", value: "application/json")
        return try request("POST", target, fields: [type] + fields, body: Array(json.utf8))
    }

    package func close() {
        connection = nil
    }

    /// Returns the current connection, or a new one if the server has closed it.
    private func openConnection() throws(SupportError) -> RawConnection {
        if let connection, connection.isSilent(for: .zero) { return connection }
        let opened = try RawConnection(host: host, port: port, timeout: timeout)
        connection = opened
        return opened
    }
}
