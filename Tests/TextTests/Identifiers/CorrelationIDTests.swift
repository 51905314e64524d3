import TestSupport
import Testing

import Text

struct CorrelationIDTests {
    @Test func `it is written as its text, and as a string of JSON`() throws {
        try withSeededGenerator { generator in
            for _ in 0..<300 {
                let uuid = UUID(high: generator.next(), low: generator.next())
                for id in [CorrelationID.made(uuid), .sent(generator.text()), .sent("\"\\\u{7F}é")]
                {
                    let text = [UInt8](most: id.textBytes) { id.write(to: &$0) }
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

    @Test func `those with the same text are equal`() {
        let uuid = UUID(high: 0x0192_f5c3_7b1a_7c3d, low: 0x8e4f_0011_2233_4455)
        #expect(CorrelationID.made(uuid) == .sent("0192f5c3-7b1a-7c3d-8e4f-001122334455"))
        #expect(CorrelationID.made(uuid) == .made(uuid))
        #expect(CorrelationID.made(uuid) != .sent("0192F5C3-7B1A-7C3D-8E4F-001122334455"))
        #expect(CorrelationID.sent("a") != .sent("b"))
    }
}
