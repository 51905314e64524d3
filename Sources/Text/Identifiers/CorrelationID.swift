/// The identifier that connects a client's requests and their events: a text that somebody sent, or a
/// generated identifier.
package enum CorrelationID: Sendable, CustomStringConvertible {
    enum Limits {
        /// The longest text accepted from a client, in bytes.
        static let bytes = 128
    }

    case sent(String)
    /// A generated identifier, formatted only where it is written.
    case made(UUID)

    /// Accepts a client's text if it has 1 to 128 visible ASCII characters.
    package init?(_ sent: ArraySlice<UInt8>) {
        guard (1...Limits.bytes).contains(sent.count),
            sent.withUnsafeBufferPointer({ $0.allSatisfy { $0 &- 0x21 <= 0x7E - 0x21 } })
        else { return nil }
        self = .sent(String(decoding: sent, as: UTF8.self))
    }

    package var description: String {
        switch self {
        case .sent(let text): text
        case .made(let id): id.description
        }
    }

    /// The length of the text in bytes.
    package var textBytes: Int {
        switch self {
        case .sent(let text): text.utf8.count
        case .made: UUID.longestText
        }
    }

    /// Appends the text; the output has room for ``textBytes``.
    package func write(to output: inout OutputSpan<UInt8>) {
        switch self {
        case .sent(let text): output.append(text.utf8.span)
        case .made(let id): id.write(to: &output)
        }
    }

    /// The most bytes of the text as a JSON string.
    package var jsonBytes: Int {
        switch self {
        case .sent(let text): JSONString.mostBytes(of: text.utf8.span)
        case .made: UUID.longestText + 2
        }
    }

    /// Appends the text as a JSON string; the output has room for ``jsonBytes``.
    package func writeJSON(to output: inout OutputSpan<UInt8>) {
        switch self {
        case .sent(let text): output.append(quoting: text.utf8.span)
        case .made(let id):
            output.append("\"")
            id.write(to: &output)
            output.append("\"")
        }
    }
}

extension CorrelationID: Equatable {
    /// Identifiers are equal if they have the same text.
    package static func == (left: CorrelationID, right: CorrelationID) -> Bool {
        if case .made(let left) = left, case .made(let right) = right { return left == right }
        return left.description == right.description
    }
}
