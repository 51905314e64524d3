/// A client of an event stream over a socket, with either version of HTTP.
///
/// It blocks, so it belongs on a thread of its own; it is used by one at a time.
package final class EventStreamClient: @unchecked Sendable {
    package enum Version: CaseIterable { case http1, http2 }

    private let connection: RawConnection
    private let http2: HTTP2TestClient?
    private let timeout: Duration
    private var stream: Int32 = 0
    private var chunks: [UInt8] = []
    private var hasHead = false
    private var hasEnded = false
    /// The length of the content that has been looked through.
    private var looked = 0

    package init(
        _ version: Version,
        port: Int,
        timeout: Duration = .seconds(10)
    ) throws(SupportError) {
        self.timeout = timeout
        connection = try RawConnection(port: port, timeout: timeout)
        http2 = version == .http2 ? HTTP2TestClient() : nil
    }

    package func open(_ target: String, fields: [(String, String)] = []) throws(SupportError) {
        if let http2 {
            stream = http2.request(
                "GET",
                target,
                fields: fields.map { ($0.0.lowercased(), $0.1) }
            )
            return try connection.send(http2.output())
        }
        var text = "GET \(target) HTTP/1.1\r\nHost: x\r\n"
        for (name, value) in fields { text += "\(name): \(value)\r\n" }
        try connection.send(text + "\r\n")
    }

    /// Receives until the content that was not looked at before has a text.
    package func receive(_ text: String) throws(SupportError) {
        let pattern = Array(text.utf8)
        // Comments that come in between do not make this wait for longer.
        let deadline = ContinuousClock.now + timeout
        while true {
            let content = content
            if let found = content[looked...].firstRange(of: pattern) {
                looked = found.upperBound
                return
            }
            // The text may have come in part.
            looked = max(looked, content.count - pattern.count)
            guard ContinuousClock.now < deadline else {
                throw SupportError("\(text) did not come")
            }
            try receiveMore()
        }
    }

    private func receiveMore() throws(SupportError) {
        guard let http2 else {
            let count = connection.received.count
            try connection.receive { $0.count > count }
            return takeChunks()
        }
        try connection.send(http2.output())
        try connection.receive { !$0.isEmpty }
        try http2.receive(connection.take(connection.received.count))
        try connection.send(http2.output())
    }

    /// Takes the chunks that are complete (RFC 9112 §7.1).
    private func takeChunks() {
        if !hasHead {
            guard let head = connection.received.firstRange(of: Array("\r\n\r\n".utf8)) else {
                return
            }
            connection.take(head.upperBound)
            hasHead = true
        }
        while let line = connection.received.prefix(20).firstRange(of: Array("\r\n".utf8)),
            let size = Int(
                String(decoding: connection.received[..<line.lowerBound], as: UTF8.self),
                radix: 16
            ),
            connection.received.count >= line.upperBound + size + 2
        {
            chunks += connection.received[line.upperBound..<line.upperBound + size]
            connection.take(line.upperBound + size + 2)
            if size == 0 { hasEnded = true }
        }
    }

    private var content: [UInt8] { http2.map { $0[stream].body } ?? chunks }

    /// The content so far.
    package var text: String { String(decoding: content, as: UTF8.self) }

    /// The events that have come completely.
    private var events: [Substring] {
        let events = text.split(separator: "\n\n", omittingEmptySubsequences: false)
        return Array(events.dropLast())
    }

    private func values(_ name: String, _ events: [Substring]) -> [String] {
        events.compactMap { event in
            event.split(separator: "\n").first { $0.hasPrefix(name) }
                .map { String($0.dropFirst(name.count)) }
        }
    }

    private var changes: [Substring] { events.filter { $0.contains("event: order\n") } }

    /// The ids of all events, those without data included.
    package var allIDs: [String] { values("id: ", events) }

    /// The ids of the changes that have come.
    package var ids: [String] { values("id: ", changes) }

    /// The views of the changes that have come.
    package var views: [JSONValue] {
        values("data: ", changes).compactMap { try? JSONValue(parsing: Array($0.utf8)) }
    }

    /// Receives until the content has come to its proper end.
    package func receiveEnd() throws(SupportError) {
        while !(http2.map { $0[stream].isComplete } ?? hasEnded) { try receiveMore() }
    }

    package func close() { connection.close() }
}
