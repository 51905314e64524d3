/// The names of metrics in an expression of PromQL.
enum MetricNames {
    private static let words: Set<Substring> = [
        "and", "or", "unless", "offset", "bool", "inf", "nan",
    ]

    static func all(in expression: String) -> Set<String> {
        // Texts, labels, windows and lists of labels have no names of metrics.
        let bare = expression.replacing(/"(?:[^"\\]|\\.)*"/, with: "")
            .replacing(/\{[^}]*\}/, with: "")
            .replacing(/\[[^\]]*\]/, with: "")
            .replacing(/(?:by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)/, with: "")
        let names = bare.matches(of: /([a-zA-Z_:][\w:]*)(\s*\()?/)
            .filter { $0.2 == nil && !words.contains($0.1) }
            .map { String($0.1) }
        // Durations such as 10m begin with a digit, and their unit is no name.
        return Set(names.filter { $0.count > 1 })
    }
}
