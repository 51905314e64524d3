import TestSupport
import Testing

@testable import Text

/// RFC 8259; the tables follow Seriot, "Parsing JSON is a Minefield".
struct JSONReaderTests {
    @Test(arguments: [
        "0", "-0", "1", "-1", "10", "123456789012345678901234567890", "0.0", "-0.1", "1.50", "1e5",
        "1E5", "1e+5", "1E-5", "0e0", "1.5e300", "1e999999", "null", "true", "false", "\"\"",
        "\"a\"", "[]", "{}", "[1]", "[1,2]", "[[],{}]", "{\"a\":1}", "{\"a\":1,\"b\":[2]}",
        "{\"a\":1,\"a\":2}", "{\"\":0}", " [ 1 , 2 ] ", "\t\r\n {\n\"a\"\t:\r1 } \n",
        "[null,true,false]",
        "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\u0000\"", "\"\\u00e9\\u00E9\"", "\"\\uD83D\\uDE00\"",
        "\"\\ud83d\\ude00\"", "\"\u{7f}\"", "\"é日😀\"", "\"\u{2028}\u{2029}\"", "\"\u{feff}\"",
        "\"\u{10ffff}\u{d7ff}\u{e000}\u{ffff}\"", "{\"\\u0061\":1}", "[[[[[[[[[[]]]]]]]]]]",
    ])
    func `this is JSON`(_ text: String) {
        #expect(JSONReader.isValid(Array(text.utf8)))
    }

    @Test(arguments: [
        "", " ", "\n", "{", "[", "\"", "}", "]", ",", ":", "[1", "[1,", "[1,]", "[,1]", "[,]",
        "[1,,2]",
        "[1 2]", "[1}", "{1}", "{]", "{\"a\"", "{\"a\":", "{\"a\"}", "{\"a\":}", "{\"a\":1",
        "{\"a\":1,",
        "{\"a\":1,}", "{,}", "{,\"a\":1}", "{\"a\":1,,\"b\":2}", "{\"a\":1 \"b\":2}", "{a:1}",
        "{'a':1}",
        "{1:1}", "{null:1}", "{\"a\" 1}", "{\"a\"::1}", "{\"a\":1]", "'a'", "[] []", "1 2", "{}x",
        "[]]",
        "{}}", "nul", "nulll", "NULL", "tru", "truee", "True", "fals", "falsE", "t", "f", "n",
        "none",
        "undefined", "NaN", "Infinity", "-Infinity", "-", "+1", "--1", "01", "-01", "00", "0x1",
        ".5",
        "5.", "-.5", "1.e1", "1e", "1e+", "1e-", "1ee1", "1e1.5", "1e1e1", "1.2.3", "1_0", "1a",
        "- 1",
        "[-]", "[1.]", "\"a", "a\"", "\"\\\"", "\"\\", "\"\\x\"", "\"\\a\"", "\"\\0\"", "\"\\'\"",
        "\"\\u\"", "\"\\u1\"", "\"\\u12\"", "\"\\u123\"", "\"\\u123g\"", "\"\\U0041\"",
        "\"\\u{41}\"",
        "\"\\u-123\"", "\"\\u 123\"", "\"\\uD83D\"", "\"\\uDE00\"", "\"\\uDE00\\uD83D\"",
        "\"\\uD83D\\n\"", "\"\\uD83Dx\"", "\"\\uD83D\\uD83D\"", "\"\\uD83D\\u0041\"",
        "\"\\uD83D\\uDE\"",
        "\"\n\"", "\"\t\"", "\"\u{0}\"", "\"\u{1f}\"", "\u{0}", "\u{feff}{}", "\u{a0}1", "\u{c}1",
        "\u{b}1", "\u{2028}1", "1\u{0}", "// 1\n1", "/* */1", "1 // x", "# 1", "１", "\"\\u0１23\"",
        "\\n",
    ])
    func `this is not JSON`(_ text: String) {
        #expect(!JSONReader.isValid(Array(text.utf8)))
    }

    @Test(
        arguments: [
            [0x80], [0xBF], [0xC0, 0x80], [0xC1, 0xBF], [0xC2], [0xC2, 0x41], [0xE0, 0x80, 0x80],
            [0xE0, 0x9F, 0xBF], [0xE1, 0x80], [0xE1, 0x80, 0x41], [0xED, 0xA0, 0x80],
            [0xED, 0xBF, 0xBF], [0xF0, 0x80, 0x80, 0x80], [0xF0, 0x8F, 0xBF, 0xBF],
            [0xF0, 0x90, 0x80],
            [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xF8, 0x88, 0x80, 0x80, 0x80],
            [0xFE],
            [0xFF], [0x61, 0xFF, 0x62],
        ] as [[UInt8]]
    )
    func `a string that is not UTF-8 is not JSON`(_ inside: [UInt8]) {
        let quote = UInt8(ascii: "\"")
        #expect(!JSONReader.isValid([quote] + inside + [quote]))
        #expect(!JSONReader.isValid([quote] + inside))
        #expect(!JSONReader.isValid([0x7B, quote] + inside + Array("\":1}".utf8)))
    }

    @Test func `what Swift says about UTF-8 is said here`() throws {
        try withSeededGenerator { generator in
            let edges: [UInt8] = [
                0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1,
                0xEC, 0xED, 0xEE, 0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xFF,
            ]
            for _ in 0..<5000 {
                let inside = (0..<Int.random(in: 1...5, using: &generator)).map { _ in
                    edges[Int.random(in: edges.indices, using: &generator)]
                }
                let isUTF8 = String(validating: inside, as: UTF8.self) != nil
                #expect(JSONReader.isValid([0x22] + inside + [0x22]) == isUTF8, "\(inside)")
            }
        }
    }

    @Test(arguments: ["UTF-16BE", "UTF-16LE"])
    func `other encodings are not JSON`(_ name: String) {
        let units = "{}".utf16.map { name == "UTF-16BE" ? $0.bigEndian : $0.littleEndian }
        let bytes = units.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }
        #expect(!JSONReader.isValid(bytes))
    }

    @Test func `every byte is seen in every place of a string of any length`() throws {
        for length in 1...20 {
            for place in 0..<length {
                for byte in UInt8.min...UInt8.max {
                    var inside = [UInt8](repeating: UInt8(ascii: "a"), count: length)
                    inside[place] = byte
                    let isPlain = (0x20..<0x80).contains(byte) && byte != 0x22 && byte != 0x5C
                    // "\\a" is no escape, and what stands behind a quotation mark is no JSON.
                    #expect(
                        JSONReader.isValid([0x22] + inside + [0x22]) == isPlain,
                        "byte \(byte) at \(place) of \(length)"
                    )
                }
            }
        }
    }

    @Test func `plain text ends at the same byte wherever the search begins`() {
        for length in 0...20 {
            for start in 0...length {
                // What stands before the beginning must not count.
                let before = [UInt8](repeating: 0x22, count: start)
                let plain = [UInt8](repeating: 0x21, count: length - start)
                #expect(JSONString.endOfPlainText(in: (before + plain).span, from: start) == length)
                for place in start..<length {
                    for byte: UInt8 in [0x00, 0x1F, 0x20, 0x22, 0x23, 0x5B, 0x5C, 0x7F, 0x80, 0xFF]
                    {
                        var bytes = before + plain
                        bytes[place] = byte
                        let isPlain = (0x20..<0x7F).contains(byte) && byte != 0x22 && byte != 0x5C
                        #expect(
                            JSONString.endOfPlainText(in: bytes.span, from: start)
                                == (isPlain ? length : place),
                            "byte \(byte) at \(place) of \(length), from \(start)"
                        )
                    }
                }
            }
        }
    }

    @Test(
        arguments: [
            ("1,", 1), (" 7}", 7), ("0]", 0), ("12 ", 12), ("999999999\n", 999_999_999),
            ("1000000000,", nil), ("01,", nil), ("00,", nil), ("-1,", nil), ("1", nil),
            ("1.0,", nil),
            ("1e2,", nil), ("1x", nil), ("", nil), (",", nil), ("\"1\",", nil), ("13,", nil),
        ] as [(String, Int?)]
    )
    func `a short whole number is read, and nothing of any other value`(
        _ json: String,
        _ number: Int?
    ) {
        var reader = JSONReader(Array(json.utf8))
        let range = json == "13," ? 0...12 : 0...999_999_999
        #expect(reader.shortWholeNumber(in: range) == number)
        let rest = json.drop { $0 == " " }.dropFirst(number.map { "\($0)".count } ?? 0)
        #expect(Array(reader.bytes[reader.position...]) == Array(rest.utf8))
    }

    @Test func `64 levels are read, a 65th is not`() {
        func nested(_ depth: Int) -> [UInt8] {
            Array(repeating: UInt8(ascii: "["), count: depth)
                + Array(repeating: UInt8(ascii: "]"), count: depth)
        }
        func objects(_ depth: Int) -> [UInt8] {
            let open = String(repeating: "{\"a\":", count: depth)
            return Array((open + "1" + String(repeating: "}", count: depth)).utf8)
        }
        #expect(JSONReader.isValid(nested(64)))
        #expect(!JSONReader.isValid(nested(65)))
        #expect(JSONReader.isValid(objects(64)))
        #expect(!JSONReader.isValid(objects(65)))
        #expect(!JSONReader.isValid(Array(repeating: UInt8(ascii: "["), count: 1_000_000)))
        #expect(!JSONReader.isValid(Array(String(repeating: "{\"a\":", count: 200_000).utf8)))
    }

    @Test func `levels that were left do not count`() {
        let many = String(repeating: "[{\"a\":[]}],", count: 1000)
        #expect(JSONReader.isValid(Array("[\(many)[]]".utf8)))
    }

    @Test(arguments: [
        ("", "the text ends where a value is expected at byte 0"),
        ("[1,]", "no value begins with this byte at byte 3"),
        ("[1 2]", "a comma is missing at byte 3"),
        ("{\"a\" 1}", "a colon is missing at byte 5"),
        ("{1:1}", "a member's name is missing at byte 1"),
        ("[1", "the text ends in the middle at byte 2"),
        ("nul", "no value is spelt like this at byte 0"),
        ("01", "a number begins with a zero that it does not need at byte 0"),
        ("1.", "a digit is missing at byte 2"),
        ("{} x", "something follows the value at byte 3"),
        ("\"a", "the text ends inside a string at byte 2"),
        ("\"a\n\"", "a control character is not escaped at byte 2"),
        ("\"a\\x\"", "there is no such escape at byte 2"),
        ("\"\\u12\"", "an escape lacks its four hexadecimal digits at byte 1"),
        ("\"\\ud800\"", "a surrogate stands alone at byte 1"),
    ])
    func `an error says what is wrong and where`(_ text: String, _ expected: String) {
        var reader = JSONReader(Array(text.utf8))
        let error = #expect(throws: JSONError.self) {
            try reader.skipValue()
            try reader.finish()
        }
        #expect(error?.description == expected)
    }

    @Test(arguments: [
        ([0xEF, 0xBB, 0xBF, 0x31], "a byte order mark must not begin the text at byte 0"),
        (
            [0xFE, 0xFF, 0x00, 0x31],
            "the text must be UTF-8, but a byte order mark of UTF-16 stands at byte 0"
        ),
        (
            [0xFF, 0xFE, 0x31, 0x00],
            "the text must be UTF-8, but a byte order mark of UTF-16 stands at byte 0"
        ),
    ])
    func `a byte order mark is named`(_ bytes: [UInt8], _ expected: String) {
        var reader = JSONReader(bytes)
        let error = #expect(throws: JSONError.self) { try reader.skipValue() }
        #expect(error?.description == expected)
    }

    @Test(arguments: [
        ("\"\"", ""), ("\"a\"", "a"), ("\"\\u0041\"", "A"), ("\"\\\"\\\\\\/\"", "\"\\/"),
        ("\"\\b\\f\\n\\r\\t\"", "\u{8}\u{c}\n\r\t"), ("\"x\\u0000y\"", "x\u{0}y"),
        ("\"\\uD83D\\uDE00!\"", "😀!"), ("\"\\uDBFF\\uDFFF\"", "\u{10ffff}"),
        ("\"\\uD800\\uDC00\"", "\u{10000}"), ("\"\\uFFFF\"", "\u{ffff}"), ("\"é\\u00e9\"", "éé"),
        ("\"\\\\u0041\"", "\\u0041"), ("\"\\\\\"", "\\"),
    ])
    func `escapes are resolved`(_ json: String, _ expected: String) throws {
        var reader = JSONReader(Array(json.utf8))
        let string = try reader.string()
        try reader.finish()
        #expect(Array(reader.text(string).utf8) == Array(expected.utf8))
    }

    @Test func `a key is the same whichever way it is escaped`() throws {
        for json in ["{\"items\":1}", "{\"\\u0069tems\":1}", "{\"item\\u0073\":1}"] {
            var reader = JSONReader(Array(json.utf8))
            try reader.enterObject()
            let key = try #require(try reader.nextKey())
            #expect(reader.equals(key, "items"))
            #expect(!reader.equals(key, "item"))
            #expect(!reader.equals(key, "itemss"))
            #expect(!reader.equals(key, "Items"))
        }
    }

    @Test(
        arguments: ["a", "id", "items", "event_id", "customer_id", "correlation_ids"]
            as [StaticString]
    )
    func `a key that differs in one byte is another one`(_ name: StaticString) throws {
        let utf8 = name.withUTF8Buffer { Array($0) }
        for place in utf8.indices {
            var other = utf8
            other[place] ^= 1
            var reader = JSONReader(Array("{\"".utf8) + other + Array("\":".utf8))
            try reader.enterObject()
            let key = try #require(try reader.nextKey())
            #expect(!reader.equals(key, name), "byte \(place)")
            #expect(!reader.equals(key, text: "\(name)"), "byte \(place)")
        }
        var reader = JSONReader(Array("{\"".utf8) + utf8 + Array("\":".utf8))
        try reader.enterObject()
        let key = try #require(try reader.nextKey())
        #expect(reader.equals(key, name))
        #expect(reader.equals(key, text: "\(name)"))
    }

    @Test(
        arguments: [
            ("{}", .object), ("[]", .array), ("\"\"", .string), ("-1", .number), ("1", .number),
            ("true", .boolean), ("false", .boolean), ("null", .null), (" \n 1", .number),
        ] as [(String, JSONReader.Kind)]
    )
    func `the kind of the next value is seen`(_ json: String, _ expected: JSONReader.Kind) throws {
        var reader = JSONReader(Array(json.utf8))
        #expect(try reader.nextKind() == expected)
    }

    @Test func `a number is given digit for digit`() throws {
        var reader = JSONReader(Array("[ -12.50e+3 ,0]".utf8))
        try reader.enterArray()
        #expect(try reader.nextElement())
        let range = try reader.number()
        #expect(String(decoding: reader.bytes[range], as: UTF8.self) == "-12.50e+3")
    }

    @Test func `no bytes bring the reader down`() throws {
        try withSeededGenerator { generator in
            let marks = Array("{}[]\",:\\u0123dD89-+.eEtrufalsn \n".utf8) + [0xC2, 0x80, 0xF0]
            for _ in 0..<5000 {
                let bytes = (0..<Int.random(in: 0...30, using: &generator)).map { _ in
                    marks[Int.random(in: marks.indices, using: &generator)]
                }
                _ = JSONReader.isValid(bytes)
            }
        }
    }

    @Test func `no beginning of a text is the text`() throws {
        let text = Array("{\"a\":[1.5e2,\"\\u00e9\\ud83d\\ude00é\",true,null,{}],\"b\":\"\"}".utf8)
        #expect(JSONReader.isValid(text))
        for end in text.indices {
            #expect(!JSONReader.isValid(Array(text[..<end])))
        }
    }
}
