import Testing

@testable import HTTPServer

/// RFC 9110 §5.1.
struct FieldNameTests {
    @Test func `names are the same in either case`() {
        #expect(FieldName("ETag") == .eTag)
        #expect(FieldName("etag") == .eTag)
        #expect(FieldName("CONTENT-TYPE") == .contentType)
        #expect(FieldName("content-type-") != .contentType)
        #expect(FieldName("ontent-type") != .contentType)
        #expect(FieldName("Content-Typf") != .contentType)
    }

    @Test func `only letters have a case`() {
        // Characters of a token that differ in the same bit as the two cases of a letter do.
        #expect(FieldName("a^") != FieldName("a~"))
        #expect(FieldName("X-1") == FieldName("x-1"))
        #expect(FieldName("AZ") == FieldName("az"))
    }

    @Test(arguments: [
        ("Accept: a\r\n", "a"),
        ("accept: a\r\n", "a"),
        ("ACCEPT: a\r\n", "a"),
        ("Accept-Language: b\r\nAcCePt: a\r\n", "a"),
        ("Accep: b\r\nAccept: a\r\n", "a"),
        ("Bccept: b\r\n", nil),
        ("Accepu: b\r\n", nil),
    ])
    func `a name finds its field however that is spelled`(_ lines: String, _ found: String?) {
        var fields = FieldSection()
        fields.empty()
        let bytes = Array(lines.utf8)
        var start = 0
        while start < bytes.count {
            let end = Octets.first(Octets.lineFeed, in: bytes.span, from: start)
            let colon = Octets.first(Octets.colon, in: bytes.span, from: start)
            fields.note(name: start..<colon, value: colon + 2..<end - 1)
            start = end + 1
        }
        fields.receive(bytes.span)
        #expect(fields[.accept] == found)
        #expect(fields.lines(of: .accept) == (found == nil ? 0 : 1))
    }

    @Test func `an answer spells a name as it was given`() {
        var fields = FieldSection()
        fields.append(.eTag, "1")
        fields.append(FieldName("RateLimit-Policy"), "2")
        let text = String(decoding: fields.bytes, as: UTF8.self)
        #expect(text == "ETag: 1\r\nRateLimit-Policy: 2\r\n")
    }

    #if DEBUG
        @Test func `what is no token is no name`() async {
            await #expect(processExitsWith: .failure) { _ = FieldName("") }
            await #expect(processExitsWith: .failure) { _ = FieldName("a b") }
            await #expect(processExitsWith: .failure) { _ = FieldName("a:") }
        }
    #endif
}
