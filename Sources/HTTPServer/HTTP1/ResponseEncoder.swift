internal import HTTPTypes

/// Writes answers as HTTP/1.1 bytes (RFC 9112 §4), head and body into one buffer.
enum ResponseEncoder {
    /// `100 Continue`, the only interim answer (RFC 9110 §15.2.1).
    static let continueBytes = Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)

    /// Appends an answer to `output`.
    ///
    /// - Parameters:
    ///   - omitsBody: Whether this answers HEAD: the length is told, the body is not sent.
    ///   - connection: What the `Connection` field says, if it must say something.
    static func encode(
        _ response: Response,
        omitsBody: Bool,
        connection: Connection,
        date: [UInt8],
        into output: inout [UInt8]
    ) {
        output.append(static: "HTTP/1.1 ")
        appendStatus(response.status, to: &output)
        output.append(static: "\r\nDate: ")
        output.append(contentsOf: date)
        output.append(static: "\r\n")
        output.append(contentsOf: response.fields.bytes)
        switch connection {
        case .keepAlive: break
        case .keepAliveVersion10: output.append(static: "Connection: keep-alive\r\n")
        case .close: output.append(static: "Connection: close\r\n")
        }
        // RFC 9110 §8.6: no length with 204; with 304 it would have to be the 200's.
        guard response.status.code != 204, response.status.code != 304 else {
            output.append(static: "\r\n")
            return
        }
        output.append(static: "Content-Length: ")
        appendDecimal(response.body.count, to: &output)
        output.append(static: "\r\n\r\n")
        if !omitsBody { output.append(contentsOf: response.body) }
    }

    /// What the answer says about the connection's future (RFC 9112 §9.3, §9.6).
    enum Connection {
        /// HTTP/1.1's default: nothing is said.
        case keepAlive
        /// An HTTP/1.0 client needs to be told.
        case keepAliveVersion10
        case close
    }

    private static func appendStatus(_ status: HTTPResponse.Status, to output: inout [UInt8]) {
        appendDecimal(status.code, to: &output)
        output.append(Octets.space)
        output.append(contentsOf: status.reasonPhrase.utf8)
    }

    private static func appendDecimal(_ number: Int, to output: inout [UInt8]) {
        precondition(number >= 0)
        if number >= 10 { appendDecimal(number / 10, to: &output) }
        output.append(0x30 + UInt8(number % 10))
    }
}

extension [UInt8] {
    fileprivate mutating func append(static text: StaticString) {
        text.withUTF8Buffer { append(contentsOf: $0) }
    }
}
