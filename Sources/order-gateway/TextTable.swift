/// Rows of text in columns that are as wide as their widest cell.
struct TextTable {
    private var rows: [[String]] = []
    private let rightAligned: Set<Int>

    /// - Parameters:
    ///   - titles: The first row.
    ///   - rightAligned: The columns of numbers.
    init(_ titles: [String], rightAligned: Set<Int> = []) {
        rows = [titles]
        self.rightAligned = rightAligned
    }

    mutating func append(_ row: [String]) { rows.append(row) }

    /// The rows without the columns that are empty below their title.
    func lines(indent: String = "  ") -> [String] {
        let shown = (rows.first ?? []).indices.filter { column in
            rows.dropFirst().contains { !$0[column].isEmpty }
        }
        let widths = shown.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            let cells = zip(shown, widths).map { column, width in
                let space = String(repeating: " ", count: width - row[column].count)
                return rightAligned.contains(column) ? space + row[column] : row[column] + space
            }
            let line = indent + cells.joined(separator: "  ")
            return String(line.reversed().drop { $0 == " " }.reversed())
        }
    }
}
