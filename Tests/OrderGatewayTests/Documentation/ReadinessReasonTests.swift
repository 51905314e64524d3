import TestSupport
import Testing

/// The readiness reasons in docs/operating.md beside those in the sources.
struct ReadinessReasonTests {
    /// All sources, with texts that are put together over several lines in one piece.
    private let sources: String
    /// The lines of the section.
    private let section: [Substring]

    init() throws {
        let files = try Repository.files(below: "Sources", ending: ".swift")
        sources = try files.map { try Repository.text(of: $0) }.joined()
            .replacing(/"\s*\+\s*"/, with: "")
        section = Array(
            try MarkdownPage("docs/operating.md").lines
                .drop { $0 != "## Readiness" }
                .prefix { $0 != "## Answers to orders" }
        )
    }

    private var reasons: [Substring] {
        section.filter { $0.hasPrefix("| `") }.compactMap { row in
            row.firstMatch(of: /^\| `([^`]+)` \|/)?.1
        }
    }

    @Test func `every reason that is documented is in the sources`() throws {
        #expect(reasons.count > 30)
        for reason in reasons {
            for fragment in reason.split(separator: "…") where fragment.contains(where: \.isLetter)
            {
                // What comes before may be a variable.
                let words = fragment.split(separator: " ").suffix(3).joined(separator: " ")
                #expect(sources.contains(words), "\(reason): \(words)")
            }
        }
    }

    @Test func `every reason that a part is given as a text is documented`() throws {
        let given = sources.matches(of: /[fF]ail\(\s*(?:\.\w+,\s*)?"([^"\\]{4,})/).map { $0.1 }
        #expect(!given.isEmpty)
        let text = section.joined(separator: "\n")
        for reason in given { #expect(text.contains(reason), "\(reason)") }
    }
}
