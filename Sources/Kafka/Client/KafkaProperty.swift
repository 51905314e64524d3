/// A property of librdkafka, such as `compression.type=zstd` (librdkafka's CONFIGURATION.md lists
/// all properties).
package struct KafkaProperty: Equatable, Sendable, CustomStringConvertible {
    package let name: String
    package let value: String

    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }

    /// Reads `name=value`; the value may be empty and may contain more equals signs.
    package init?(parsing text: some StringProtocol) {
        // Compare bytes, not characters: an equals sign and a combining accent form one character.
        let bytes = text.utf8
        guard let equals = bytes.firstIndex(of: UInt8(ascii: "=")), equals > bytes.startIndex else {
            return nil
        }
        name = String(text[..<equals])
        value = String(text[bytes.index(after: equals)...])
    }

    /// The name without the value, which may be a password.
    package var description: String { "\(name)=…" }
}
