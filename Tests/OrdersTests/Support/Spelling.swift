@testable import Orders

/// How a program may write a UUID.
enum Spelling: CaseIterable {
    case canonical, upperCase, digits, upperCaseDigits, urn, upperCaseURN, braces, bracedDigits

    func of(_ id: UUID) -> String {
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
