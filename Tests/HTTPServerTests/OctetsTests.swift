import TestSupport
import Testing

@testable import HTTPServer

struct OctetsTests {
    private static let lettersAndDigits =
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

    private func expect(_ set: Octets.Set, holds characters: String) {
        let wanted = Set((characters + Self.lettersAndDigits).utf8)
        for byte in UInt8.min...UInt8.max { #expect(set.contains(byte) == wanted.contains(byte)) }
    }

    @Test func `the sets hold what their grammars say`() {
        expect(Octets.token, holds: "!#$%&'*+-.^_`|~")
        expect(Octets.target, holds: "-._~!$&'()*+,;=:@/")
        expect(Octets.name, holds: "-._~!$&'()*+,;=")
    }

    @Test func `the end of a set's bytes is found wherever it is`() {
        for set in [Octets.token, Octets.target, Octets.name] {
            for length in 0...20 {
                for place in 0..<max(1, length) {
                    for byte in UInt8.min...UInt8.max where length > 0 {
                        var bytes = [UInt8](repeating: UInt8(ascii: "k"), count: length)
                        bytes[place] = byte
                        let end = set.end(in: bytes.span, 0..<length)
                        #expect(end == (set.contains(byte) ? length : place))
                    }
                }
            }
        }
    }

    @Test func `letters, digits, hyphens and full stops are plain, wherever they stand`() {
        for place in 0..<8 {
            for byte in UInt8.min...UInt8.max {
                var bytes = Array("a-Z.09Az".utf8)
                bytes[place] = byte
                let word = bytes.withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) }
                let isPlain =
                    switch byte {
                    case UInt8(ascii: "a")...UInt8(ascii: "z"): true
                    case UInt8(ascii: "A")...UInt8(ascii: "Z"): true
                    case UInt8(ascii: "0")...UInt8(ascii: "9"): true
                    default: byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
                    }
                let others = UInt64(littleEndian: Octets.others(in: word))
                #expect(others == (isPlain ? 0 : 0x80 << UInt64(8 * place)))
            }
        }
    }

    @Test(arguments: [1, 7, 8, 9, 16, 23])
    func `a byte that no value may hold is found wherever it stands`(_ count: Int) {
        for place in 0..<count {
            for byte in UInt8.min...UInt8.max {
                for other in [UInt8(ascii: "a"), 0xFF, Octets.tab, 0x80, 0x20] {
                    var bytes = [UInt8](repeating: other, count: count)
                    bytes[place] = byte
                    let isSound = Octets.areFieldValue(bytes.span)
                    #expect(isSound == Octets.isFieldValue(byte))
                }
            }
        }
    }

    @Test func `nothing is a value too`() {
        let isSound = Octets.areFieldValue([UInt8]().span)
        #expect(isSound)
    }

    @Test func `the first line feed from a place on is found`() {
        let bytes = Array("a\nb\n".utf8)
        let found = (0...5).map { Octets.first(Octets.lineFeed, in: bytes.span, from: $0) }
        #expect(found == [1, 1, 3, 3, 4, 4])
        let none = Octets.first(Octets.lineFeed, in: [UInt8]().span, from: 0)
        #expect(none == 0)
    }

    @Test func `a name is the same in either case, a text is not`() {
        let bytes = Array("xHoSty".utf8)
        func isNamed(_ range: Range<Int>, _ name: StaticString) -> Bool {
            Octets.equal(bytes.span, range, ignoringCase: name)
        }
        func isText(_ range: Range<Int>, _ text: StaticString) -> Bool {
            Octets.equal(bytes.span, range, text)
        }
        #expect(isNamed(1..<5, "host"))
        #expect(isNamed(1..<5, "HOST"))
        #expect(!isText(1..<5, "host"))
        #expect(isText(1..<5, "HoSt"))
        #expect(!isNamed(0..<5, "host"))
        #expect(!isText(4..<8, "tyyy"))
    }

    private static let texts: [StaticString] = [
        "", "host", "expect", "accept-", "connecti", "content-length", "application/json",
        "transfer-encoding", "@AZ[`az{", "0@AZ[`az{9^~-_", "application/x-www-form-urlencoded",
    ]

    @Test func `several letters at once are compared like one by one`() throws {
        try withSeededGenerator { generator in
            for _ in 0..<2000 {
                for text in Self.texts {
                    let wanted = text.withUTF8Buffer { Array($0) }
                    var bytes = wanted.map {
                        Bool.random(using: &generator) && $0 & 0x40 != 0 ? $0 ^ 0x20 : $0
                    }
                    if !bytes.isEmpty, Int.random(in: 0..<4, using: &generator) == 0 {
                        let place = Int.random(in: bytes.indices, using: &generator)
                        bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
                    }
                    let isSame = bytes.map(Octets.lowercased) == wanted.map(Octets.lowercased)
                    let start = Int.random(in: 0..<3, using: &generator)
                    let padded = [UInt8](repeating: 0x61, count: start) + bytes + [0x61]
                    let range = start..<start + bytes.count
                    let isFound = Octets.equal(padded.span, range, ignoringCase: text)
                    #expect(isFound == isSame, "\(bytes) \(text)")
                }
            }
        }
    }
}
