import TestSupport
import Testing

@testable import Text

/// The short way to a member whose name is known.
struct JSONReaderKeyTests {
    private static let names = [
        #""items""#, #""item""#, #""quantity""#, #""customer_id""#, #""customer_if""#,
        #""\u0069tems""#, #""""#, #""a name of more than sixteen bytes""#,
    ]
    private static let spaces = ["", "", "", "", " ", "\n\t "]

    private static func text(_ generator: inout SeededGenerator) -> [UInt8] {
        func space() -> String { spaces.randomElement(using: &generator) ?? "" }
        var text = space() + "{"
        let count = Int.random(in: 0...4, using: &generator)
        for index in 0..<count {
            let name = names.randomElement(using: &generator) ?? ""
            let comma = index > 0 || Int.random(in: 0..<20, using: &generator) == 0 ? "," : ""
            text += space() + comma + space() + name + space() + ":" + space() + "1"
        }
        text += space() + "}"
        let bytes = Array(text.utf8)
        // Some texts end in the middle.
        guard Bool.random(using: &generator) else { return bytes }
        return Array(bytes.prefix(Int.random(in: 0...bytes.count, using: &generator)))
    }

    private static func takeShortWay(_ reader: inout JSONReader) -> StaticString? {
        if reader.nextKey(is: "\"items\":") { return "items" }
        if reader.nextKey(is: "\"item\":") { return "item" }
        if reader.nextKey(is: "\"customer_id\":") { return "customer_id" }
        if reader.nextKey(is: "\"a name of more than sixteen bytes\":") {
            return "a name of more than sixteen bytes"
        }
        return nil
    }

    @Test func `it leads where the long way leads, or it is not taken`() throws {
        try withSeededGenerator { generator in
            var taken = 0
            for _ in 0..<3000 {
                let text = Self.text(&generator)
                let shown = String(decoding: text, as: UTF8.self)
                var reader = JSONReader(text)
                do throws(JSONError) {
                    try reader.enterObject()
                    while true {
                        var other = reader
                        let name = Self.takeShortWay(&reader)
                        guard let name else {
                            #expect(reader.position == other.position, "\(shown)")
                            guard try reader.nextKey() != nil else { break }
                            try reader.skipValue()
                            continue
                        }
                        taken += 1
                        let key = try other.nextKey()
                        let isSame = key.map { other.equals($0, name) } ?? false
                        #expect(isSame, "\(shown)")
                        #expect(reader.position == other.position, "\(shown)")
                        try reader.skipValue()
                    }
                    try reader.finish()
                    #expect(JSONReader.isValid(text), "\(shown)")
                } catch {
                    #expect(!JSONReader.isValid(text), "\(shown)")
                }
            }
            #expect(taken > 100)
        }
    }
}
