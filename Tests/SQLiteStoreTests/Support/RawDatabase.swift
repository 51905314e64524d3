import CSQLite
import TestSupport

/// A database as another program has it open: SQLite alone, with SQLite's own settings.
///
/// It belongs to one thread.
final class RawDatabase {
    private let raw: OpaquePointer

    init(_ path: String) throws(SupportError) {
        var raw: OpaquePointer?
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
        guard sqlite3_open_v2(path, &raw, flags, nil) == SQLITE_OK, let raw else {
            sqlite3_close(raw)
            throw SupportError("\(path) cannot be opened")
        }
        self.raw = raw
    }

    deinit { sqlite3_close(raw) }

    /// Runs statements and returns the values of their rows; `nil` is NULL.
    @discardableResult
    func run(_ sql: String) throws(SupportError) -> [[String?]] {
        var rows: [[String?]] = []
        let result = withUnsafeMutablePointer(to: &rows) { rows in
            sqlite3_exec(
                raw,
                sql,
                { rows, count, values, _ in
                    let row = (0..<Int(count)).map { values?[$0].map { String(cString: $0) } }
                    rows?.assumingMemoryBound(to: [[String?]].self).pointee.append(row)
                    return 0
                },
                rows,
                nil
            )
        }
        guard result == SQLITE_OK else {
            throw SupportError("\(String(cString: sqlite3_errmsg(raw))) (SQLite \(result))")
        }
        return rows
    }
}
