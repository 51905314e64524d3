/// Encodes responses as HTTP/1.1 bytes (RFC 9112 §4), with head and body in one buffer.
enum ResponseEncoder {
    /// `100 Continue`, the only interim response (RFC 9110 §15.2.1).
    static let continueBytes = Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)

    /// Appends a response to `output`.
    ///
    /// - Parameters:
    ///   - omitsBody: Whether the request is a HEAD: the response states the length but has no
    ///     body.
    ///   - isVersion10: Whether the client uses HTTP/1.0, which has no chunks.
    ///   - connection: The value of the `Connection` field, if the field is needed.
    static func encode(
        _ response: Response,
        omitsBody: Bool,
        connection: Connection,
        isVersion10: Bool = false,
        date: [UInt8],
        into output: inout OutputBuffer
    ) {
        output.append("HTTP/1.1 ")
        append(response.status, to: &output)
        output.append("\r\nDate: ")
        output.append(date)
        output.append("\r\n")
        output.append(response.fields.bytes)
        switch connection {
        case .keepAlive: break
        case .keepAliveVersion10: output.append("Connection: keep-alive\r\n")
        case .close: output.append("Connection: close\r\n")
        }
        // RFC 9110 §8.6: a 204 must not have a length; the length of a 304 would be that of the
        // 200.
        guard !response.hasNoContent else {
            output.append("\r\n")
            return
        }
        switch response.content {
        case .bytes(let body):
            output.append("Content-Length: ")
            output.append(decimal: body.count)
            output.append("\r\n\r\n")
            if !omitsBody { output.append(body) }
        case .stream where isVersion10:
            // The end of the connection marks the end of the content (RFC 9112 §6.3).
            output.append("\r\n")
        case .stream:
            output.append("Transfer-Encoding: chunked\r\n\r\n")
        }
    }

    /// Appends a piece of streamed content as one chunk (RFC 9112 §7.1).
    ///
    /// - Parameter chunk: At least one byte.
    static func encode(chunk: ArraySlice<UInt8>, into output: inout OutputBuffer) {
        output.append(hexadecimal: chunk.count)
        output.append("\r\n")
        chunk.withUnsafeBytes { output.append($0) }
        output.append("\r\n")
    }

    /// The end of chunked content; there are no trailers.
    static let lastChunk = Array("0\r\n\r\n".utf8)

    /// The statement of the response about the connection's future (RFC 9112 §9.3, §9.6).
    enum Connection {
        /// The default of HTTP/1.1, which needs no field.
        case keepAlive
        /// The statement that an HTTP/1.0 client needs.
        case keepAliveVersion10
        case close
    }

    private static func append(_ status: Status, to output: inout OutputBuffer) {
        // Most responses have one of these.
        if status.code == 200 { return output.append("200 OK") }
        if status.code == 202 { return output.append("202 Accepted") }
        output.append(decimal: status.code)
        output.append(" ")
        var reason = status.reasonPhrase
        reason.withUTF8 { output.append(UnsafeRawBufferPointer($0)) }
    }
}
