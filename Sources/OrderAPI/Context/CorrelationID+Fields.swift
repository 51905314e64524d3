package import HTTPServer
package import Text

extension CorrelationID {
    /// Appends the correlation id to the header fields of a response.
    package func append(to fields: inout FieldSection) {
        switch self {
        case .sent(let text): fields.append(.correlationID, text)
        case .made(let id): id.withText { fields.append(.correlationID, $0.span) }
        }
    }
}
