import TestSupport

/// A page of the documentation, as far as tests look at it.
struct MarkdownPage {
    /// All of them.
    static func all() throws -> [MarkdownPage] {
        let top = try Repository.names().filter { $0.hasSuffix(".md") }
        return try (top + Repository.files(below: "docs", ending: ".md")).map {
            try MarkdownPage($0)
        }
    }

    /// Relative to the repository's folder.
    let name: String
    let lines: [Substring]

    init(_ name: String) throws {
        self.name = name
        lines = try Repository.text(of: name).split(
            separator: "\n",
            omittingEmptySubsequences: false
        )
    }

    private var folder: Substring? {
        name.lastIndex(of: "/").map { name[..<$0] }
    }

    /// Where a link leads, relative to the repository's folder.
    func target(of link: Substring) -> String {
        var parts = folder.map { $0.split(separator: "/") } ?? []
        for part in link.split(separator: "/") {
            if part == ".." { parts.removeLast() } else { parts.append(part) }
        }
        return parts.joined(separator: "/")
    }

    /// The texts between backticks.
    var codeSpans: [Substring] {
        lines.flatMap { $0.matches(of: /`([^`]+)`/).map { $0.1 } }
    }

    /// Links to files of the repository: the path, which may be empty, and the anchor.
    var links: [(path: Substring, anchor: Substring?)] {
        lines.flatMap { line in
            line.matches(of: /\]\(([^)\s]*)\)/).map { $0.1 }
                .filter { !$0.contains("://") }
                .map { link in
                    let parts = link.split(
                        separator: "#",
                        maxSplits: 1,
                        omittingEmptySubsequences: false
                    )
                    return (parts[0], parts.count > 1 ? parts[1] : nil)
                }
        }
    }

    /// What headings are linked by: lower case, blanks as hyphens, other marks left out.
    var anchors: Set<String> {
        Set(
            lines.filter { $0.hasPrefix("#") }.map { heading in
                heading.drop { $0 == "#" || $0 == " " }.lowercased()
                    .filter { $0.isLetter || $0.isNumber || $0 == " " || $0 == "-" || $0 == "_" }
                    .replacing(" ", with: "-")
            }
        )
    }

    /// The rows of tables, without the lines that rule them, by their cells.
    var rows: [[String]] {
        lines.filter { $0.hasPrefix("| ") }.map { line in
            line.dropFirst().dropLast().split(separator: "|", omittingEmptySubsequences: false)
                .map { $0.trimmingPrefix(while: \.isWhitespace) }
                .map { cell in
                    String(cell.reversed().trimmingPrefix(while: \.isWhitespace).reversed())
                }
        }
    }
}
