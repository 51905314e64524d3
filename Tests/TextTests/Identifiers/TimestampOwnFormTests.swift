import TestSupport
import Testing

@testable import Text

/// The reader of the written form, and the one of all forms.
struct TimestampOwnFormTests {
    @Test func `every moment is read as it was written`() throws {
        try withSeededGenerator { generator in
            for _ in 0..<20_000 {
                let moment = Timestamp(
                    millisecondsSinceEpoch: Int64.random(in: Timestamp.range, using: &generator)
                )
                #expect(Timestamp(ownForm: Array(moment.description.utf8).span) == moment)
            }
        }
    }

    @Test func `any byte in any place means the same to both`() throws {
        try withSeededGenerator { generator in
            for text in ["2024-02-29T23:59:59.999Z", "1999-12-31T00:00:00.000Z"] {
                for place in text.utf8.indices {
                    for byte in UInt8.min...UInt8.max { try change(text, place, to: byte) }
                }
            }
            for _ in 0..<20_000 {
                var text = Array("2023-01-01T00:00:00.000Z".utf8)
                for _ in 0..<Int.random(in: 1...4, using: &generator) {
                    let place = Int.random(in: text.indices, using: &generator)
                    text[place] = UInt8.random(in: 0x2A...0x3F, using: &generator)
                }
                expectSame(text)
            }
        }
    }

    private func change(_ text: String, _ place: String.Index, to byte: UInt8) throws {
        var bytes = Array(text.utf8)
        bytes[text.utf8.distance(from: text.startIndex, to: place)] = byte
        expectSame(bytes)
    }

    private func expectSame(_ text: [UInt8]) {
        guard let own = Timestamp(ownForm: text.span) else {
            // Left to the reader of all forms: other separators, and leap seconds.
            let moment = Timestamp(text.span)
            let isOther = text.contains { "tz+- ".utf8.contains($0) && $0 != UInt8(ascii: "-") }
            let isLeapSecond = text[17...18].elementsEqual("60".utf8)
            #expect(moment == nil || isOther || isLeapSecond, "\(text)")
            return
        }
        #expect(Timestamp(text.span) == own, "\(text)")
    }

    @Test(arguments: [0, 1, 23, 25]) func `a text of another length is not read`(_ count: Int) {
        let text = Array("2024-02-29T23:59:59.999ZZ".utf8.prefix(count))
        #expect(Timestamp(ownForm: text.span) == nil)
    }
}
