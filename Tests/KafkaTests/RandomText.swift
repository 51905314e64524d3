import TestSupport

/// Keys of messages.
enum RandomText {
    /// Visible ASCII characters.
    static func bytes(_ count: Int, _ generator: inout SeededGenerator) -> [UInt8] {
        (0..<count).map { _ in UInt8.random(in: 0x21...0x7E, using: &generator) }
    }

    /// The text of a UUID, as order ids are.
    static func uuid(_ generator: inout SeededGenerator) -> String {
        let digits = (0..<32).map { _ in
            String(UInt8.random(in: 0...15, using: &generator), radix: 16)
        }
        return [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { digits[$0].joined() }
            .joined(separator: "-")
    }
}
