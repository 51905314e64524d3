package import Text

/// A spelling of a UUID that programs use.
package enum Spelling: CaseIterable, Sendable {
    case canonical, upperCase, digits, upperCaseDigits, urn, upperCaseURN, braces, bracedDigits

    package func of(_ id: UUID) -> String {
        let text = id.description
        let digits = text.filter { $0 != "-" }
        return switch self {
        case .canonical: text
        case .upperCase: text.uppercased()
        case .digits: digits
        case .upperCaseDigits: digits.uppercased()
        case .urn: "urn:uuid:\(text)"
        case .upperCaseURN: "URN:UUID:\(text.uppercased())"
        case .braces: "{\(text)}"
        case .bracedDigits: "{\(digits.uppercased())}"
        }
    }
}
