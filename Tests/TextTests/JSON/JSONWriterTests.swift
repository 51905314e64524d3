import TestSupport
import Testing

@testable import Text

struct JSONWriterTests {
    @Test func `commas come by themselves`() {
        var json = JSONWriter(reservingBytes: 0)
        json.beginObject()
        json.key("a")
        json.beginArray()
        json.integer(1)
        json.beginObject()
        json.endObject()
        json.beginArray()
        json.endArray()
        json.string("x")
        json.endArray()
        json.key("b")
        json.bool(true)
        json.key(text: "c\"\n")
        json.null()
        json.key("d")
        json.raw(Array("{\"e\":false}".utf8))
        json.key("f")
        json.bool(false)
        json.endObject()
        let expected = #"{"a":[1,{},[],"x"],"b":true,"c\"\n":null,"d":{"e":false},"f":false}"#
        #expect(text(json) == expected)
    }

    @Test(
        arguments: [
            ("", #""""#), ("a", #""a""#), ("\"", #""\"""#), ("\\", #""\\""#), ("/", #""/""#),
            ("\n\r\t", #""\n\r\t""#), ("\u{0}", #""\u0000""#), ("\u{8}\u{c}", #""\u0008\u000c""#),
            ("\u{1f}", #""\u001f""#), ("\u{7f}", "\"\u{7f}\""), ("é日😀", #""é日😀""#),
            ("\u{2028}", "\"\u{2028}\""), ("a\"é", #""a\"é""#),
        ]
    )
    func `a string is escaped where it has to be`(_ string: String, _ expected: String) {
        var json = JSONWriter(reservingBytes: 0)
        json.string(string)
        #expect(text(json) == expected)
    }

    @Test(
        arguments: [
            (0, "0"), (-1, "-1"), (10, "10"), (.max, "9223372036854775807"),
            (.min, "-9223372036854775808"),
        ] as [(Int64, String)]
    )
    func `integers are written in full`(_ number: Int64, _ expected: String) {
        var json = JSONWriter(reservingBytes: 0)
        json.integer(number)
        #expect(text(json) == expected)
    }

    @Test func `any text survives being written and read`() throws {
        try withSeededGenerator { generator in
            for _ in 0..<2000 {
                let (name, value) = (generator.text(), generator.text())
                var json = JSONWriter(reservingBytes: 0)
                json.beginObject()
                json.key(text: name)
                json.string(value)
                json.endObject()
                #expect(JSONReader.isValid(json.bytes))
                var reader = JSONReader(json.bytes)
                try reader.enterObject()
                let key = try #require(try reader.nextKey())
                #expect(Array(reader.text(key).utf8).elementsEqual(name.utf8))
                let string = try reader.string()
                #expect(Array(reader.text(string).utf8) == Array(value.utf8))
                let isLast = try reader.nextKey() == nil
                #expect(isLast)
                try reader.finish()
            }
        }
    }

    @Test func `a text with every character escaped is read as the same`() throws {
        try withSeededGenerator { generator in
            for _ in 0..<1000 {
                let value = generator.text()
                let escaped = value.utf16.map { unit in
                    let digits = String(unit, radix: 16, uppercase: Bool.random(using: &generator))
                    return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                }
                var reader = JSONReader(Array("\"\(escaped.joined())\"".utf8))
                let string = try reader.string()
                #expect(Array(reader.text(string).utf8) == Array(value.utf8))
            }
        }
    }

    @Test func `what is there already stays`() {
        var json = JSONWriter(appendingTo: Array("data: ".utf8))
        json.integer(1)
        #expect(text(json) == "data: 1")
    }

    private func text(_ json: JSONWriter) -> String { String(decoding: json.bytes, as: UTF8.self) }
}
