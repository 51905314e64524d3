package import Text

extension SeededGenerator {
    /// Returns a text of 1 to `most` characters of all kinds that are difficult for an encoder.
    package mutating func text(upTo most: Int = 20) -> String {
        let alphabet: [Unicode.Scalar] = [
            "a", "Z", "7", " ", "\"", "\\", "/", "\u{0}", "\u{8}", "\t", "\n", "\u{c}", "\r",
            "\u{1f}", "\u{7f}", "\u{80}", "é", "\u{301}", "\u{7ff}", "\u{800}", "\u{2028}", "日",
            "\u{d7ff}", "\u{e000}", "\u{feff}", "\u{ffff}", "\u{10000}", "😀", "\u{10ffff}",
        ]
        var text = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 1...most, using: &self) {
            text.append(alphabet[Int.random(in: alphabet.indices, using: &self)])
        }
        return String(text)
    }

    package mutating func uuid() -> UUID { UUID(high: next(), low: next()) }

    package mutating func timestamp() -> Timestamp {
        Timestamp(millisecondsSinceEpoch: Int64.random(in: Timestamp.range, using: &self))
    }

    /// Returns the bytes with a few random faults: changed, lost, added, doubled or cut off.
    package mutating func mutated(_ bytes: [UInt8]) -> [UInt8] {
        let marks = Array("{}[]\",:\\-+.eE0u \u{0}".utf8) + [0xC0, 0xED, 0xF4, 0xFF]
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...4, using: &self) where !bytes.isEmpty {
            let index = Int.random(in: bytes.indices, using: &self)
            let mark = marks[Int.random(in: marks.indices, using: &self)]
            let end = min(bytes.count, index + Int.random(in: 1...12, using: &self))
            switch Int.random(in: 0..<6, using: &self) {
            case 0: bytes[index] = mark
            case 1: bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &self)
            case 2: bytes.removeSubrange(index..<end)
            case 3: bytes.insert(mark, at: index)
            case 4: bytes.insert(contentsOf: bytes[index..<end], at: index)
            default: if Bool.random(using: &self) { bytes.removeSubrange(index...) }
            }
        }
        return bytes
    }
}
