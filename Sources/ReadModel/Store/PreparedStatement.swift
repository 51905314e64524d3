internal import GRDB
internal import GRDBSQLite

/// A statement whose parameters are bound and whose columns are read where they are.
///
/// GRDB opens the connections, shares them, and keeps the statements. Its values are not used here:
/// each is a copy, and an order has fifteen.
struct PreparedStatement {
    private let raw: OpaquePointer

    init(_ database: Database, sql: String) throws {
        raw = try database.cachedStatement(sql: sql).sqliteStatement
    }

    // MARK: Running

    /// - Returns: Whether there is a row.
    /// - Throws: `DatabaseError`
    func step() throws -> Bool {
        switch sqlite3_step(raw) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        default:
            let connection = sqlite3_db_handle(raw)
            throw DatabaseError(
                resultCode: ResultCode(rawValue: sqlite3_extended_errcode(connection)),
                message: sqlite3_errmsg(connection).map { String(cString: $0) }
            )
        }
    }

    /// Makes it ready for another run, and lets go of what is bound.
    func reset() {
        sqlite3_reset(raw)
        sqlite3_clear_bindings(raw)
    }

    // MARK: Parameters, from 1

    func bind(_ number: Int64, at index: Int) {
        let result = sqlite3_bind_int64(raw, Int32(index), number)
        assert(result == SQLITE_OK, "a statement is bound while it runs")
    }

    /// - Parameter text: Not copied: it has to stay until ``reset()``.
    func bind(_ text: UnsafeRawBufferPointer, at index: Int) {
        // No text is one without bytes, and not NULL.
        let start = text.baseAddress ?? UnsafeRawPointer(StaticString("").utf8Start)
        let result = sqlite3_bind_text64(
            raw,
            Int32(index),
            start.assumingMemoryBound(to: CChar.self),
            UInt64(text.count),
            nil,
            UInt8(SQLITE_UTF8)
        )
        assert(result == SQLITE_OK, "a statement is bound while it runs")
    }

    // MARK: Columns, from 0

    func integer(_ column: Int) -> Int64? {
        isNull(column) ? nil : sqlite3_column_int64(raw, Int32(column))
    }

    func string(_ column: Int) -> String? {
        text(column) { String(decoding: $0, as: UTF8.self) }
    }

    /// What can be made of a text; `nil` for NULL.
    func text<Value>(_ column: Int, _ body: (UnsafeBufferPointer<UInt8>) -> Value?) -> Value? {
        guard !isNull(column) else { return nil }
        let start = sqlite3_column_text(raw, Int32(column))
        let count = Int(sqlite3_column_bytes(raw, Int32(column)))
        return body(UnsafeBufferPointer(start: start, count: start == nil ? 0 : count))
    }

    private func isNull(_ column: Int) -> Bool {
        sqlite3_column_type(raw, Int32(column)) == SQLITE_NULL
    }
}
