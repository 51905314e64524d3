import TestSupport

/// Looks into a read model with `sqlite3`, as an operator does.
struct Database {
    let folder: String

    /// Runs a query; a row is a line, its columns are joined by `|`.
    ///
    /// - Parameter isQuoted: Writes values as SQL does. Only so a row with binary columns is one line.
    func rows(_ query: String, isQuoted: Bool = false) async throws -> [String] {
        let mode = isQuoted ? ["-cmd", ".mode quote"] : []
        let ending = try await ChildProcess.run(
            "sqlite3",
            ["-readonly", "-cmd", ".timeout 5000"] + mode + ["\(folder)/orders.sqlite", query]
        )
        guard ending.exitCode == 0 else { throw SupportError("sqlite3: \(ending.errorOutput)") }
        return ending.text.split(separator: "\n").map(String.init)
    }

    func number(_ query: String) async throws -> Int {
        let rows = try await rows(query)
        guard let number = rows.first.flatMap({ Int($0) }) else {
            throw SupportError("No number: \(rows)")
        }
        return number
    }

    /// The offset of the next record of each partition, by `topic/partition`.
    func offsets() async throws -> [String: Int] {
        let rows = try await rows("SELECT topic || '/' || partition, next_offset FROM offsets")
        return Dictionary(
            uniqueKeysWithValues: rows.map { row in
                let columns = row.split(separator: "|")
                return (String(columns[0]), Int(columns[1]) ?? -1)
            }
        )
    }
}
