package import HTTPServer
package import Orders
package import Text

/// The identifier that connects a client's requests: the client's text, or a generated identifier.
package enum CorrelationID: Sendable, CustomStringConvertible {
    enum Limits {
        /// The longest text accepted from a client, in bytes.
        static let bytes = 128
    }

    case sent(String)
    /// A generated identifier, formatted only on use because most responses contain it once.
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

    /// The correlation of events.
    package var correlation: Correlation {
        switch self {
        case .sent(let text): Correlation(text)
        case .made(let id): .id(id)
        }
    }

    /// Appends the correlation id to the header fields of a response.
    package func append(to fields: inout FieldSection) {
        fields.append(.correlationID, valueBytes: byteCount) { write(to: &$0) }
    }

    /// The length of the field that ``appendField(to:)`` appends.
    var fieldBytes: Int { FieldName.correlationID.lineBytes(byteCount) }

    /// Appends the correlation id as a header field.
    func appendField(to fields: inout OutputSpan<UInt8>) {
        fields.append(field: .correlationID) { write(to: &$0) }
    }

    private var byteCount: Int {
        switch self {
        case .sent(let text): text.utf8.count
        case .made: UUID.longestText
        }
    }

    private func write(to output: inout OutputSpan<UInt8>) {
        switch self {
        case .sent(let text): output.append(text.utf8.span)
        case .made(let id): id.write(to: &output)
        }
    }
}
