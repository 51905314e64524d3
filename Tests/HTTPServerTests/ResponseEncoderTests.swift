import Testing

@testable import HTTPServer

/// RFC 9112 §4, §6; RFC 9110 §8.6.
struct ResponseEncoderTests {
    private func encode(
        _ response: Response,
        omitsBody: Bool = false,
        connection: ResponseEncoder.Connection = .keepAlive
    ) -> String {
        var output = OutputBuffer()
        ResponseEncoder.encode(
            response,
            omitsBody: omitsBody,
            connection: connection,
            date: Array("now".utf8),
            into: &output
        )
        return output.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
    }

    private var answer: Response {
        var fields = FieldSection()
        fields.append(.contentType, "text/plain")
        return Response(.ok, fields: fields, body: Array("hello".utf8))
    }

    @Test func `head and body are one piece`() {
        let wanted =
            "HTTP/1.1 200 OK\r\nDate: now\r\nContent-Type: text/plain\r\n"
            + "Content-Length: 5\r\n\r\nhello"
        #expect(encode(answer) == wanted)
    }

    @Test func `an answer to HEAD tells the length and sends no body`() {
        let text = encode(answer, omitsBody: true)
        #expect(text.hasSuffix("Content-Length: 5\r\n\r\n"))
    }

    @Test(arguments: [204, 304])
    func `an answer that cannot have a body tells no length`(_ status: Int) {
        let text = encode(Response(Status(code: status)))
        #expect(!text.contains("Content-Length"))
        #expect(text.hasSuffix("\r\n\r\n"))
    }

    @Test func `the connection's future is told when it is not the default`() {
        #expect(!encode(answer).contains("Connection"))
        #expect(encode(answer, connection: .close).contains("Connection: close\r\n"))
        #expect(
            encode(answer, connection: .keepAliveVersion10).contains("Connection: keep-alive\r\n")
        )
    }

    @Test func `no value can begin a line of its own`() {
        var fields = FieldSection()
        fields.append(.location, "/a\r\nSet-Cookie: b\u{0}")
        let text = encode(Response(.ok, fields: fields))
        #expect(text.contains("Location: /a  Set-Cookie: b \r\n"))
    }
}
