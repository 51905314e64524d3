/// HPACK (RFC 7541).
extension ConformanceCase {
    /// With one more field, given as it is encoded.
    private static func taken(_ rule: String, _ field: [UInt8]) -> ConformanceCase {
        .answered(rule, Frame.headers(1, Frame.getFields + field))
    }

    private static func broken(_ rule: String, _ block: [UInt8]) -> ConformanceCase {
        .connectionError(rule, .compression, sending: Frame.headers(1, block))
    }

    private static let agent = [0x0A] + Array("user-agent".utf8)
    private static let huffmanAgent: [UInt8] = [0x87, 0xB5, 0x05, 0xB1, 0x61, 0xCC, 0x5A, 0x93]
    private static let test = [0x06] + Array("x-test".utf8)
    private static let huffmanTest: [UInt8] = [0x85, 0xF2, 0xB2, 0x4A, 0x84, 0xFF]
    private static let value = [0x06] + Array("h2spec".utf8)
    private static let huffmanValue: [UInt8] = [0x84, 0x9C, 0x48, 0xAC, 0xA4]

    static let compressionCases: [ConformanceCase] =
        representationCases + [
            taken("RFC 7541 §6.1: an index", [0xBA]),
            .answered(
                "RFC 7541 §6.3: the table's size",
                Frame.headers(1, [0x3F, 0x61] + Frame.getFields)
            ),
            .answered(
                "RFC 7541 §6.3: twice",
                Frame.headers(1, [0x3F, 0x61, 0x3F, 0xE1, 0x1F] + Frame.getFields)
            ),
            broken("RFC 7541 §2.3.3: no index is beyond the tables", Frame.getFields + [0xC6]),
            broken(
                "RFC 7541 §2.3.3: nor that of a literal's name",
                Frame.getFields + [0x7F, 0x07, 0x00]
            ),
            broken("RFC 7541 §4.2: the table's size comes first", Frame.getFields + [0x21]),
            broken(
                "RFC 7541 §5.2: padding of more than seven bits",
                Frame.getFields + [0x00] + huffmanTest + [0x84, 0x49, 0x50, 0x9F, 0xFF]
            ),
            broken(
                "RFC 7541 §5.2: padding of zeros",
                Frame.getFields + [0x00] + huffmanTest + [0x83, 0x49, 0x50, 0x90]
            ),
            broken(
                "RFC 7541 §5.2: the end of the string inside it",
                Frame.getFields + [0x00] + huffmanTest
                    + [0x87, 0x49, 0x51, 0xFF, 0xFF, 0xFF, 0xFA, 0x7F]
            ),
            broken("RFC 7541 §6.1: the index 0", Frame.getFields + [0x80]),
            broken(
                "RFC 7541 §6.3: a table larger than is allowed",
                [0x3F, 0xE2, 0x1F] + Frame.getFields
            ),
        ]

    private static let representationCases: [ConformanceCase] = [
        ("§6.2.1: indexed", 0x40), ("§6.2.2: not indexed", 0x00), ("§6.2.3: never indexed", 0x10),
    ].flatMap { name, pattern -> [ConformanceCase] in
        [
            taken("RFC 7541 \(name), a known name", [pattern] + agent + value),
            taken(
                "RFC 7541 \(name), a known name in Huffman coding",
                [pattern] + huffmanAgent + huffmanValue
            ),
            taken("RFC 7541 \(name), a new name", [pattern] + test + value),
            taken(
                "RFC 7541 \(name), a new name in Huffman coding",
                [pattern] + huffmanTest + huffmanValue
            ),
            // user-agent is the 58th of the static table (RFC 7541 A).
            taken(
                "RFC 7541 \(name), the index of a name",
                (pattern == 0x40 ? [0x7A] : [pattern | 0x0F, 58 - 15]) + value
            ),
        ]
    }
}
