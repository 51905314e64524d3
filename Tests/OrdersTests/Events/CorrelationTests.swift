import TestSupport
import Testing

@testable import Orders
import Text

struct CorrelationTests {
    @Test func `it is written as its text, and as a string of JSON`() throws {
        try withSeededGenerator { generator in
            for _ in 0..<300 {
                let uuid = UUID(high: generator.next(), low: generator.next())
                for id in [
                    Correlation.id(uuid), Correlation(generator.text()), Correlation("\"\\\u{7F}é"),
                ] {
                    let text = [UInt8](most: id.byteCount) { id.write(to: &$0) }
                    #expect(text == Array(id.description.utf8))
                    let json = [UInt8](most: id.jsonBytes) { id.writeJSON(to: &$0) }
                    var writer = JSONWriter(reservingBytes: 0)
                    writer.string(id.description)
                    #expect(json == writer.bytes)
                    #expect(JSONReader.isValid(json))
                }
            }
        }
    }
}
