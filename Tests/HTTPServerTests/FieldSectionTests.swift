import Testing

@testable import HTTPServer

struct FieldSectionTests {
    private let vary = FieldName("Vary")

    @Test func `the lines of a section made here are found by their names`() {
        #expect(FieldSection().count == 0)
        var fields = FieldSection(lines: "Content-Type: text/plain\r\nVary: a\r\n")
        fields.append(.location, "http://x:1/")
        fields.append(vary, "b")
        fields.append(.eTag, "")
        #expect(fields.count == 5)
        #expect(fields[.contentType] == "text/plain")
        #expect(fields[.location] == "http://x:1/")
        #expect(fields[vary] == "a, b")
        #expect(fields.lines(of: vary) == 2)
        #expect(fields[.eTag]?.isEmpty == true)
        #expect(fields[.accept] == nil)
    }

    @Test func `a line is the only one with its value when no other has its name`() {
        let type = FieldName("Content-Type")
        var fields = FieldSection()
        #expect(!fields.isOnly(type, "text/plain"))
        fields.append(type, "Text/PLAIN")
        fields.append(vary, "a")
        #expect(fields.isOnly(type, "text/plain"))
        #expect(!fields.isOnly(type, "text/plai"))
        #expect(!fields.isOnly(type, "text/plain;"))
        fields.append(type, "text/plain")
        #expect(!fields.isOnly(type, "text/plain"))
    }

    @Test func `a value may be written where it goes`() {
        var fields = FieldSection()
        fields.append(.location, valueBytes: 8) { value in
            for byte in "/a\r\nb".utf8 { value.append(byte) }
        }
        fields.append(vary, valueBytes: 0) { _ in }
        #expect(fields[.location] == "/a  b")
        #expect(fields[vary]?.isEmpty == true)
    }

    @Test func `what a value may not hold becomes spaces`() {
        var fields = FieldSection()
        fields.append(.location, "a\r\nb: c\u{7F}\td")
        #expect(fields.count == 1)
        #expect(fields[.location] == "a  b: c \td")
    }
}
