import TestSupport

@testable import HTTPServer
@testable import Transport

/// The version of HTTP that a client speaks.
enum WireVersion: CaseIterable { case http1, http2 }

/// A client that makes one request after the other on a connection, over either version.
///
/// It blocks, so it belongs on a thread of its own.
final class SeamClient: @unchecked Sendable {
    struct Reply {
        var statuses: [Int]
        var fields: [String: String]
        var text: String
        /// Whether the answer came to its proper end.
        var isComplete: Bool

        var status: Int? { statuses.last }
    }

    let connection: RawConnection
    private let http2: HTTP2TestClient?
    private var stream: Int32 = 0
    private var isHead = false

    /// - Parameter reads: Whether the client ever makes room for more content than fits into the
    ///   first window of HTTP/2.
    init(_ version: WireVersion, _ server: Server, reads: Bool = true) throws {
        connection = try server.connect()
        switch version {
        case .http1: http2 = nil
        case .http2: http2 = HTTP2TestClient(windowBytes: reads ? nil : 65_535)
        }
    }

    func send(
        _ method: String,
        _ path: String,
        fields: [(String, String)] = [],
        body: String? = nil
    ) throws {
        isHead = method == "HEAD"
        if let http2 {
            stream = http2.request(
                method,
                path,
                fields: fields.map { ($0.0.lowercased(), $0.1) },
                body: body.map { Array($0.utf8) }
            )
            try connection.send(http2.output())
            return
        }
        var text = "\(method) \(path) HTTP/1.1\r\nHost: x\r\n"
        for (name, value) in fields { text += "\(name): \(value)\r\n" }
        if let body { text += "Content-Length: \(body.utf8.count)\r\n" }
        // Who waits for 100 Continue has not sent the content yet.
        let waits = fields.contains { $0.0 == "Expect" }
        try connection.send(text + "\r\n" + (waits ? "" : body ?? ""))
    }

    /// Sends a request without the end of its content.
    func sendPart(_ method: String, _ path: String) throws {
        guard http2 == nil else {
            // The rest waits for the server's window, of which nothing is read.
            return try send(method, path, body: String(repeating: "x", count: 100_000))
        }
        try connection.send("\(method) \(path) HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nx")
    }

    /// Receives until the answer's content begins with a text.
    func receive(_ text: String) throws {
        guard let http2 else {
            try connection.receive(untilContaining: text)
            return
        }
        try http2.exchange(over: connection) { $0[stream].text.hasPrefix(text) }
    }

    func reply() throws -> Reply {
        guard let http2 else { return try http1Reply() }
        try http2.exchange(over: connection) {
            $0[stream].isComplete || $0[stream].closed != nil
        }
        let reply = http2[stream]
        return Reply(
            statuses: reply.statuses,
            fields: reply.fields,
            text: reply.text,
            isComplete: reply.isComplete
        )
    }

    private func http1Reply() throws -> Reply {
        do throws(SupportError) {
            let reply = try connection.receiveReply(isForHead: isHead)
            return Reply(
                statuses: [reply.status],
                fields: Dictionary(
                    reply.fields.map { ($0.name.lowercased(), $0.value) },
                    uniquingKeysWith: { $1 }
                ),
                text: reply.text,
                isComplete: true
            )
        } catch {
            guard connection.isClosedByPeer else { throw error }
            return Reply(statuses: [], fields: [:], text: "", isComplete: false)
        }
    }

    func ask(
        _ method: String,
        _ path: String,
        fields: [(String, String)] = [],
        body: String? = nil
    ) throws -> Reply {
        try send(method, path, fields: fields, body: body)
        return try reply()
    }

    /// Wants no answer any more.
    func leave() throws {
        guard let http2 else { return connection.close() }
        http2.reset(stream)
        try connection.send(http2.output())
    }

    func close() { connection.close() }
}

/// A server for ``SeamHandler``, stopped at the end of its test.
func withSeam(
    limits: ServerLimits = ServerLimits(),
    observer: SeamObserver? = nil,
    _ body: @Sendable @escaping (Server, SeamHandler) async throws -> Void
) async throws {
    let handler = SeamHandler()
    let server = try Server(
        address: SocketAddress(host: "127.0.0.1", port: 0),
        loopCount: 1,
        limits: limits,
        handler: handler,
        observer: observer
    )
    try server.start()
    let result: Result<Void, any Error>
    do {
        result = .success(try await body(server, handler))
    } catch {
        result = .failure(error)
    }
    await server.shutdown(within: .seconds(5))
    try result.get()
}
