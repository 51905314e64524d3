import TestSupport

/// An alert in `Deploy/prometheus/alerts.yml`, as far as tests look at it.
struct AlertRule {
    static let folder = "Deploy/prometheus"

    let name: String
    /// What stands under the name.
    let text: String

    /// All of them.
    static func all() throws -> [AlertRule] {
        try Repository.text(of: "\(folder)/alerts.yml")
            .split(separator: "      - alert: ").dropFirst()
            .map { text in
                AlertRule(name: String(text.prefix { $0 != "\n" }), text: String(text))
            }
    }

    /// The names of the files that test rules.
    static func tests() throws -> [String] {
        try Repository.names(in: folder).filter { $0.hasSuffix(".test.yml") }
    }
}
