import TestSupport
import Testing

@testable import Text

/// RFC 9562.
struct UUIDTests {
    /// RFC 9562, appendix A.6.
    @Test func `version 7 has time, version, variant and random bits in their places`() {
        let id = UUID(
            version7At: Timestamp(millisecondsSinceEpoch: 0x017F_22E2_79B0),
            randomHigh: 0xCC3,
            randomLow: 0x18C4_DC0C_0C07_398F
        )
        #expect(id.description == "017f22e2-79b0-7cc3-98c4-dc0c0c07398f")
    }

    @Test(
        arguments: [
            (0, 0, "00000000-0000-7000-8000-000000000000"),
            (.max, .max, "00000000-0000-7fff-bfff-ffffffffffff"),
        ] as [(UInt16, UInt64, String)]
    )
    func `random bits leave version and variant alone`(
        _ high: UInt16,
        _ low: UInt64,
        _ expected: String
    ) {
        let epoch = Timestamp(millisecondsSinceEpoch: 0)
        let id = UUID(version7At: epoch, randomHigh: high, randomLow: low)
        #expect(id.description == expected)
    }

    @Test func `every digit of either case is read, and nothing else, wherever it stands`() throws {
        let text = Array("01234567-89ab-cdef-FEDC-BA9876543210".utf8)
        for place in text.indices {
            for byte in UInt8.min...UInt8.max {
                var changed = text
                changed[place] = byte
                let character = Character(Unicode.Scalar(byte))
                let digit = character.isASCII ? character.hexDigitValue : nil
                let isSound = text[place] == UInt8(ascii: "-") ? byte == text[place] : digit != nil
                let id = UUID(changed[...])
                #expect((id != nil) == isSound)
                guard let id else { continue }
                #expect(id.description == String(decoding: changed, as: UTF8.self).lowercased())
            }
        }
        for count in [0, 35, 37] { #expect(UUID((text + text)[..<count]) == nil) }
    }

    @Test func `identifiers of version 7 are ordered by time, as values and as texts`() throws {
        try withSeededGenerator { generator in
            for _ in 0..<500 {
                // Version 7 begins with 1970.
                let now = Int64.random(in: 0..<253_402_300_799_999, using: &generator)
                let ids = [now, now + 1].map { time in
                    UUID(
                        version7At: Timestamp(millisecondsSinceEpoch: time),
                        randomHigh: UInt16(truncatingIfNeeded: generator.next()),
                        randomLow: generator.next()
                    )
                }
                #expect(ids[0] < ids[1])
                #expect(ids[0].description < ids[1].description)
                #expect(ids[0].high >> 16 == UInt64(now))
                #expect(ids[0].high >> 12 & 15 == 7)
                #expect(ids[0].low >> 62 == 2)
            }
        }
    }

    @Test func `the second half decides between equal first halves`() {
        #expect(UUID(high: 1, low: 1) < UUID(high: 1, low: 2))
        #expect(UUID(high: 1, low: .max) < UUID(high: 2, low: 0))
        #expect(!(UUID(high: 1, low: 1) < UUID(high: 1, low: 1)))
    }

    @Test(arguments: [
        "017f22e2-79b0-7cc3-98c4-dc0c0c07398f", "017F22E2-79B0-7CC3-98C4-DC0C0C07398F",
        "017f22E2-79b0-7CC3-98c4-dc0c0c07398F",
    ])
    func `digits of either case are read`(_ text: String) {
        #expect(UUID(text) == UUID(high: 0x017F_22E2_79B0_7CC3, low: 0x98C4_DC0C_0C07_398F))
    }

    @Test(arguments: [
        "", "0", "017f22e2-79b0-7cc3-98c4-dc0c0c07398", "017f22e2-79b0-7cc3-98c4-dc0c0c07398f0",
        "017f22e279b07cc398c4dc0c0c07398f", "{017f22e2-79b0-7cc3-98c4-dc0c0c07398f}",
        "urn:uuid:017f22e2-79b0-7cc3-98c4-dc0c0c07398f", " 17f22e2-79b0-7cc3-98c4-dc0c0c07398f",
        "017f22e2-79b0-7cc3-98c4-dc0c0c07398g", "017f22e2-79b0-7cc3-98c4_dc0c0c07398f",
        "017f22e2079b0-7cc3-98c4-dc0c0c07398f", "-17f22e2-79b0-7cc3-98c4-dc0c0c07398f",
        "017f22e-279b0-7cc3-98c4-dc0c0c07398f", "017f22e2-79b0-7cc3-98c4-dc0c0c0739é",
        "------------------------------------", "017f22e2-79b0-7cc3-98c4-dc0c0c07398f ",
    ])
    func `anything else is refused`(_ text: String) {
        #expect(UUID(text) == nil)
    }

    @Test func `what is written is read as the same identifier`() throws {
        try withSeededGenerator { generator in
            for _ in 0..<500 {
                let id = generator.uuid()
                #expect(id.description.utf8.count == UUID.longestText)
                #expect(id.description == id.description.lowercased())
                #expect(UUID(id.description) == id)
                #expect(UUID(id.description.uppercased()) == id)
            }
        }
    }

    @Test func `nil and max are identifiers like others`() {
        #expect(UUID("00000000-0000-0000-0000-000000000000") == UUID(high: 0, low: 0))
        #expect(UUID("ffffffff-ffff-ffff-ffff-ffffffffffff") == UUID(high: .max, low: .max))
    }
}
