/// An HTTP/1.1 response as received.
package struct HTTPReply: Sendable {
    package var status: Int
    package var reason: String
    /// The header fields in the received order, with the received spelling of the names.
    package var fields: [(name: String, value: String)]
    /// The content, decoded from its transfer coding.
    package var body: [UInt8]

    package init(
        status: Int,
        reason: String,
        fields: [(name: String, value: String)],
        body: [UInt8]
    ) {
        self.status = status
        self.reason = reason
        self.fields = fields
        self.body = body
    }

    /// Returns the value of a field by its case-insensitive name; several values are joined with ",
    /// " (RFC 9110 §5.3).
    package subscript(name: String) -> String? {
        let values = fields.filter { $0.name.lowercased() == name.lowercased() }.map(\.value)
        return values.isEmpty ? nil : values.joined(separator: ", ")
    }

    package var text: String { String(decoding: body, as: UTF8.self) }

    /// The content as JSON.
    package var json: JSONValue {
        get throws { try JSONValue(parsing: body) }
    }
}

extension HTTPReply {
    /// The part of the received bytes that a response uses.
    enum Progress {
        case incomplete
        /// The content ends when the peer closes the connection (RFC 9112 §6.3, rule 8).
        case untilClose(HTTPReply, bodyStart: Int)
        case complete(HTTPReply, length: Int)
    }

    /// Parses a response at the front of the bytes.
    ///
    /// - Parameter isForHead: Whether the method of the request was HEAD, whose response has no
    ///   content.
    static func parse(_ bytes: [UInt8], isForHead: Bool) throws(SupportError) -> Progress {
        guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { return .incomplete }
        var reply = try head(bytes[..<end.lowerBound])
        let start = end.upperBound
        // RFC 9112 §6.3, rules 1, 4, 6 and 8, in this order.
        if isForHead || reply.status < 200 || reply.status == 204 || reply.status == 304 {
            return .complete(reply, length: start)
        }
        if reply["Transfer-Encoding"] == "chunked" {
            var position = start
            guard let body = try chunks(bytes, &position) else { return .incomplete }
            reply.body = body
            return .complete(reply, length: position)
        }
        if let text = reply["Content-Length"] {
            guard let length = Int(text), length >= 0 else {
                throw SupportError("Content-Length: \(text)")
            }
            guard bytes.count - start >= length else { return .incomplete }
            reply.body = Array(bytes[start..<start + length])
            return .complete(reply, length: start + length)
        }
        return .untilClose(reply, bodyStart: start)
    }

    private static func head(_ bytes: ArraySlice<UInt8>) throws(SupportError) -> HTTPReply {
        let text = String(decoding: bytes, as: UTF8.self)
        // In a Swift String, CRLF is one Character.
        let lines = text.split(separator: "\r\n", omittingEmptySubsequences: false)
        let words = (lines.first ?? "").split(separator: " ", maxSplits: 2)
        guard words.count >= 2, words[0] == "HTTP/1.1", let status = Int(words[1]) else {
            throw SupportError("No status line of HTTP/1.1: \(text.prefix(200))")
        }
        var fields: [(name: String, value: String)] = []
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else {
                throw SupportError("No field line: \(line)")
            }
            let value = line[line.index(after: colon)...].drop { $0 == " " }
            fields.append((String(line[..<colon]), String(value)))
        }
        let reason = words.count > 2 ? String(words[2]) : ""
        return HTTPReply(status: status, reason: reason, fields: fields, body: [])
    }

    /// Decodes a chunked body (RFC 9112 §7.1) without trailers; `nil` while it is incomplete.
    private static func chunks(
        _ bytes: [UInt8],
        _ position: inout Int
    ) throws(SupportError) -> [UInt8]? {
        let lineEnd = Array("\r\n".utf8)
        var body: [UInt8] = []
        while true {
            guard let end = bytes[position...].firstRange(of: lineEnd) else { return nil }
            let text = String(decoding: bytes[position..<end.lowerBound], as: UTF8.self)
            guard let size = Int(text, radix: 16), size >= 0 else {
                throw SupportError("No chunk size: \(text)")
            }
            guard bytes.count >= end.upperBound + size + lineEnd.count else { return nil }
            body += bytes[end.upperBound..<end.upperBound + size]
            position = end.upperBound + size + lineEnd.count
            if size == 0 { return body }
        }
    }
}

extension RawConnection {
    /// Receives one response and removes its bytes; later bytes stay in ``RawConnection/received``.
    ///
    /// - Parameter isForHead: Whether the method of the request was HEAD.
    package func receiveReply(isForHead: Bool = false) throws(SupportError) -> HTTPReply {
        var progress = HTTPReply.Progress.incomplete
        var failure: SupportError?
        try receive(until: { bytes in
            do throws(SupportError) {
                progress = try HTTPReply.parse(bytes, isForHead: isForHead)
            } catch {
                failure = error
            }
            if failure != nil { return true }
            if case .incomplete = progress { return false }
            return true
        })
        if let failure { throw failure }
        switch progress {
        case .complete(let reply, let length):
            take(length)
            return reply
        case .untilClose(var reply, let bodyStart):
            reply.body = Array(try receiveUntilClose().dropFirst(bodyStart))
            return reply
        case .incomplete:
            throw SupportError("An incomplete answer was taken for a complete one.")
        }
    }
}
