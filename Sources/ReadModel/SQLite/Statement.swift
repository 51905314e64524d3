internal import CSQLite

/// A statement whose parameters are bound and whose columns are read where they are.
///
/// The handle is lent by its ``Connection``, which owns it and finalizes it.
struct Statement: ~Copyable {
    private let raw: OpaquePointer

    init(lent raw: OpaquePointer) { self.raw = raw }

    // MARK: Running

    /// - Returns: Whether there is a row.
    func step() throws(SQLiteError) -> Bool {
        switch sqlite3_step(raw) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        default: throw SQLiteError(of: sqlite3_db_handle(raw))
        }
    }

    /// Makes it ready for another run, and lets go of what is bound.
    func reset() {
        // It repeats the error of the last step, if there was one.
        sqlite3_reset(raw)
        sqlite3_clear_bindings(raw)
    }

    // MARK: Parameters, from 1

    func bind(_ number: Int64, at index: Int) {
        let result = sqlite3_bind_int64(raw, Int32(index), number)
        assert(result == SQLITE_OK, "a statement is bound while it runs")
    }

    /// - Parameter text: Not copied: it has to stay until ``reset()``.
    func bind(_ text: UnsafeBufferPointer<UInt8>, at index: Int) {
        // No text is one without bytes, and not NULL.
        let start = UnsafeRawPointer(text.baseAddress ?? StaticString("").utf8Start)
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

    /// - Parameter text: Copied, for what is not bound often.
    func bind(copying text: String, at index: Int) throws(SQLiteError) {
        let result = csqlite_bind_copy(raw, Int32(index), text, UInt64(text.utf8.count))
        guard result == SQLITE_OK else { throw SQLiteError(of: sqlite3_db_handle(raw)) }
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
