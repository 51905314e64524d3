import TestSupport
import Testing

@testable import Text

/// The ways in which programs write UUIDs (RFC 9562 §4).
struct UUIDSpellingsTests {
    private let id = UUID(high: 0x017F_22E2_79B0_7CC3, low: 0x98C4_DC0C_0C07_398F)

    private func lenient(_ text: String) -> UUID? { UUID(lenient: text.utf8.span) }

    @Test(arguments: [
        "017f22e2-79b0-7cc3-98c4-dc0c0c07398f", "017F22E2-79B0-7CC3-98C4-DC0C0C07398F",
        "017f22E2-79b0-7CC3-98c4-dc0c0c07398f", "017f22e279b07cc398c4dc0c0c07398f",
        "017F22E279B07CC398C4DC0C0C07398F", "017f22E279b07CC398c4dc0c0c07398f",
        "urn:uuid:017f22e2-79b0-7cc3-98c4-dc0c0c07398f",
        "URN:UUID:017F22E2-79B0-7CC3-98C4-DC0C0C07398F",
        "Urn:Uuid:017f22e2-79b0-7cc3-98c4-dc0c0c07398f",
        "urn:uuid:017f22e279b07cc398c4dc0c0c07398f", "{017f22e2-79b0-7cc3-98c4-dc0c0c07398f}",
        "{017F22E2-79B0-7CC3-98C4-DC0C0C07398F}", "{017f22e279b07cc398c4dc0c0c07398f}",
    ])
    func `every spelling is read as the same identifier`(_ text: String) {
        #expect(lenient(text) == id)
    }

    @Test(arguments: [
        "", "{", "{}", "urn:uuid:", "017f22e2-79b0-7cc3-98c4-dc0c0c07398",
        "017f22e2-79b0-7cc3-98c4-dc0c0c07398f0", "017f22e279b07cc398c4dc0c0c07398",
        "017f22e279b07cc398c4dc0c0c07398f0", "017f22e279b07cc398c4dc0c0c07398g",
        "017f-22e279b07cc398c4dc0c0c07398f", "017f22e2-79b07cc398c4dc0c0c07398f",
        "017f22e2-79b0-7cc3-98c4dc0c0c07398f", "017f22e279-b0-7cc3-98c4-dc0c0c07398f",
        "-017f22e279b07cc398c4dc0c0c07398", "{017f22e2-79b0-7cc3-98c4-dc0c0c07398f",
        "017f22e2-79b0-7cc3-98c4-dc0c0c07398f}", "{{017f22e2-79b0-7cc3-98c4-dc0c0c07398f}}",
        "(017f22e2-79b0-7cc3-98c4-dc0c0c07398f)", "{urn:uuid:017f22e279b07cc398c4dc0c0c07398f}",
        "urn:uuid:{017f22e2-79b0-7cc3-98c4-dc0c0c07398f}",
        "urn:017f22e2-79b0-7cc3-98c4-dc0c0c07398f", "uuid:017f22e2-79b0-7cc3-98c4-dc0c0c07398f",
        "urn\u{1a}uuid\u{1a}017f22e2-79b0-7cc3-98c4-dc0c0c07398f",
        "urn:uuid: 017f22e2-79b0-7cc3-98c4-dc0c0c07398f",
        " 017f22e2-79b0-7cc3-98c4-dc0c0c07398f", "017f22e2-79b0-7cc3-98c4-dc0c0c07398f ",
        "017f22e2 79b0 7cc3 98c4 dc0c0c07398f", "0x017f22e279b07cc398c4dc0c0c07398f",
        "AX8i4nmwfMOYxNwMDAc5jw==", "order-1", "42", "null", "None",
        "٠17f22e279b07cc398c4dc0c0c0739", "017f22e279b07cc398c4dc0c0c0739é",
    ])
    func `anything else is refused`(_ text: String) {
        #expect(lenient(text) == nil)
    }

    /// The digits alone, in lower case, by other means than the reader's.
    private func digits(_ text: [UInt8]) -> String {
        let text = String(decoding: text, as: UTF8.self).lowercased()
        if text.hasPrefix("urn:uuid:") { return text.dropFirst(9).filter { $0 != "-" } }
        return text.filter { !"{-}".contains($0) }
    }

    @Test func `every spelling of every identifier is read, and no accident as another one`() throws
    {
        try withSeededGenerator { generator in
            for _ in 0..<500 {
                let id = generator.uuid()
                for text in Spelling.allCases.map({ $0.of(id) }) {
                    #expect(lenient(text) == id, "\(text)")
                    let broken = generator.mutated(Array(text.utf8))
                    guard let other = UUID(lenient: broken.span) else { continue }
                    #expect(digits(broken) == Spelling.digits.of(other))
                }
            }
        }
    }
}
