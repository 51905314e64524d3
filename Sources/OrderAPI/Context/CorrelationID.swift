package import HTTPServer
package import Text

/// What ties a client's calls together: its own text, or what was made for it.
package enum CorrelationID: Sendable, CustomStringConvertible {
    enum Limits {
        /// Longest text taken from a client, in bytes.
        static let bytes = 128
    }

    case sent(String)
    /// Written only where it is needed: most answers need it once.
    case made(UUID)

    /// Takes a client's text if it is 1 to 128 visible ASCII characters.
    package init?(_ sent: ArraySlice<UInt8>) {
        guard (1...Limits.bytes).contains(sent.count),
            sent.allSatisfy({ (0x21...0x7E).contains($0) })
        else { return nil }
        self = .sent(String(decoding: sent, as: UTF8.self))
    }

    package var description: String {
        switch self {
        case .sent(let text): text
        case .made(let id): id.description
        }
    }

    /// Echoes it in an answer.
    package func append(to fields: inout FieldSection) {
        switch self {
        case .sent(let text): fields.append(.correlationID, text)
        case .made(let id): id.withText { fields.append(.correlationID, $0.span) }
        }
    }
}
