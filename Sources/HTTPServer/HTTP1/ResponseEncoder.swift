/// Writes answers as HTTP/1.1 bytes (RFC 9112 §4), head and body into one buffer.
enum ResponseEncoder {
    /// `100 Continue`, the only interim answer (RFC 9110 §15.2.1).
    static let continueBytes = Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)

    /// Appends an answer to `output`.
    ///
    /// - Parameters:
    ///   - omitsBody: Whether this answers HEAD: the length is told, the body is not sent.
    ///   - isVersion10: Whether the client speaks HTTP/1.0, so that it knows no chunks.
    ///   - connection: What the `Connection` field says, if it must say something.
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
        // RFC 9110 §8.6: no length with 204; with 304 it would have to be the 200's.
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
            // The content ends with the connection (RFC 9112 §6.3).
            output.append("\r\n")
        case .stream:
            output.append("Transfer-Encoding: chunked\r\n\r\n")
        }
    }

    /// Appends a piece of streamed content as one chunk (RFC 9112 §7.1), which has at least one byte.
    static func encode(chunk: ArraySlice<UInt8>, into output: inout OutputBuffer) {
        output.append(hexadecimal: chunk.count)
        output.append("\r\n")
        chunk.withUnsafeBytes { output.append($0) }
        output.append("\r\n")
    }

    /// What follows the last chunk: there are no trailers.
    static let lastChunk = Array("0\r\n\r\n".utf8)

    /// What the answer says about the connection's future (RFC 9112 §9.3, §9.6).
    enum Connection {
        /// HTTP/1.1's default: nothing is said.
        case keepAlive
        /// An HTTP/1.0 client needs to be told.
        case keepAliveVersion10
        case close
    }

    private static func append(_ status: Status, to output: inout OutputBuffer) {
        // What most answers say.
        if status.code == 200 { return output.append("200 OK") }
        output.append(decimal: status.code)
        output.append(" ")
        var reason = status.reasonPhrase
        reason.withUTF8 { output.append(UnsafeRawBufferPointer($0)) }
    }
}
