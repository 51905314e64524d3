import Testing

@testable import HTTPServer

struct ContentCodingTests {
    private func coding(_ lines: String...) -> ContentCoding? {
        var fields = FieldSection()
        for line in lines { fields.append(.contentEncoding, line) }
        return ContentCoding(fields)
    }

    @Test(arguments: [
        ("", ContentCoding.identity), (" ", .identity), (",", .identity), ("identity", .identity),
        ("Identity, identity", .identity), ("gzip", .gzip), ("GZIP", .gzip), ("x-gzip", .gzip),
        ("deflate", .deflate), ("identity, gzip", .gzip), (", gzip ,", .gzip),
        ("gzip, identity", .gzip),
    ])
    func `one coding is taken, by any of its names`(_ field: String, _ expected: ContentCoding) {
        #expect(coding(field) == expected)
    }

    @Test(arguments: [
        "br", "zstd", "compress", "gzip, gzip", "gzip, deflate", "gzip, br", "br, gzip", "gzip;q=1",
        "gzi", "gzipp",
        "identity, identity, identity, identity, identity, identity, identity, gzip,a",
    ])
    func `what is not known, and what is several, is not`(_ field: String) {
        #expect(coding(field) == nil)
    }

    @Test func `several lines are one list`() {
        #expect(coding() == .identity)
        #expect(coding("", "gzip") == .gzip)
        #expect(coding("gzip", "gzip") == nil)
    }

    @Test func `more members than are looked at are refused, empty as they may be`() {
        #expect(coding(",,,,,,,gzip") == .gzip)
        #expect(coding(",,,,,,,,gzip") == nil)
    }
}
