package import Text

/// The correlation ID of an event: any text, kept as 16 bytes if it is a UUID, as most are.
package enum Correlation: Equatable, Sendable, CustomStringConvertible {
    /// A UUID in its text form, which is in lower case.
    case id(UUID)
    /// Any other text.
    case text(String)

    /// - Parameter utf8: Valid UTF-8.
    package init(_ utf8: Span<UInt8>) {
        self =
            Self(ownForm: utf8)
            ?? .text(utf8.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) })
    }

    package init(_ text: String) {
        self.init(text.utf8.span)
    }

    /// Reads the text form of a UUID, in lower case.
    init?(ownForm utf8: Span<UInt8>) {
        guard let id = UUID(utf8), utf8.withUnsafeBytes(Self.isLowerCase) else { return nil }
        self = .id(id)
    }

    /// Returns whether there is no upper-case letter among the hyphens and digits of a UUID: only
    /// such a letter lacks the bit 0x20.
    private static func isLowerCase(_ text: UnsafeRawBufferPointer) -> Bool {
        var common = UInt64(text.loadUnaligned(fromByteOffset: 32, as: UInt32.self))
        common |= common << 32
        for offset in stride(from: 0, to: 32, by: 8) {
            common &= text.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
        }
        return common & 0x2020_2020_2020_2020 == 0x2020_2020_2020_2020
    }

    package var description: String {
        switch self {
        case .id(let id): id.description
        case .text(let text): text
        }
    }

    /// The length of the text in bytes.
    package var byteCount: Int {
        switch self {
        case .id: UUID.longestText
        case .text(let text): text.utf8.count
        }
    }

    /// Appends the text; the output has room for ``byteCount`` bytes.
    package func write(to output: inout OutputSpan<UInt8>) {
        switch self {
        case .id(let id): id.write(to: &output)
        case .text(let text): output.append(text.utf8.span)
        }
    }
}

// As a JSON string.
extension Correlation {
    /// The most bytes of the text as a JSON string.
    package var jsonBytes: Int {
        switch self {
        case .id: UUID.longestText + 2
        case .text(let text): JSONString.mostBytes(of: text.utf8.span)
        }
    }

    /// Appends the text as a JSON string; the output has room for ``jsonBytes``.
    package func writeJSON(to output: inout OutputSpan<UInt8>) {
        switch self {
        case .id(let id):
            output.append("\"")
            id.write(to: &output)
            output.append("\"")
        case .text(let text): output.append(quoting: text.utf8.span)
        }
    }
}

extension JSONWriter {
    mutating func string(_ correlation: Correlation) {
        switch correlation {
        case .id(let id): string(id)
        case .text(let text): string(text)
        }
    }
}
