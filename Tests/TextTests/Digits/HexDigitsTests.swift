import TestSupport
import Testing

@testable import Text

struct HexDigitsTests {
    private func written(_ word: UInt64) -> String {
        var bytes: [UInt8] = []
        bytes.append(addingCapacity: 16) { HexDigits.append(word, to: &$0) }
        return String(decoding: bytes, as: UTF8.self)
    }

    private func expected(_ word: UInt64) -> String {
        let digits = String(word, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    @Test func `every digit is written at every place`() {
        for place in stride(from: UInt64(0), to: 64, by: 4) {
            for digit in UInt64(0)..<16 {
                let word = digit << place
                #expect(written(word) == expected(word))
                #expect(written(~word) == expected(~word))
            }
        }
    }

    @Test func `words are written as the standard library writes them`() throws {
        try withSeededGenerator { generator in
            for _ in 0..<1000 {
                let word = generator.next()
                #expect(written(word) == expected(word))
            }
        }
    }
}
