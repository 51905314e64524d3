internal import CSQLite

/// A prepared statement: binds its parameters, runs it and reads its columns.
///
/// The ``Connection`` owns the handle and finalizes it.
struct Statement: ~Copyable {
    private let raw: OpaquePointer

    init(lent raw: OpaquePointer) { self.raw = raw }

    // MARK: Running

    /// Runs the statement until its next row.
    ///
    /// - Returns: Whether there is a row.
    func step() throws(SQLiteError) -> Bool {
        switch sqlite3_step(raw) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        default: throw SQLiteError(of: sqlite3_db_handle(raw))
        }
    }

    /// Makes the statement ready for another run, and removes the bound values.
    func reset() {
        // Ignore the result, because it repeats the error of the last step.
        sqlite3_reset(raw)
        sqlite3_clear_bindings(raw)
    }

    // MARK: Parameters, counted from 1

    func bind(_ number: Int64, at index: Int) {
        let result = sqlite3_bind_int64(raw, Int32(index), number)
        assert(result == SQLITE_OK, "a statement is bound while it runs")
    }

    /// Binds a string without copying it.
    ///
    /// - Parameter text: The bytes of the string. They have to stay valid until ``reset()``.
    func bind(_ text: UnsafeBufferPointer<UInt8>, at index: Int) {
        // An empty buffer has no address, and without an address SQLite would bind NULL.
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

    /// Binds bytes without copying them.
    ///
    /// - Parameter bytes: Not empty. They have to stay valid until ``reset()``.
    func bind(blob bytes: UnsafeBufferPointer<UInt8>, at index: Int) {
        let result = sqlite3_bind_blob64(
            raw,
            Int32(index),
            bytes.baseAddress,
            UInt64(bytes.count),
            nil
        )
        assert(result == SQLITE_OK, "a statement is bound while it runs")
    }

    /// Binds a copy of a string, for statements that run rarely.
    func bind(copying text: String, at index: Int) throws(SQLiteError) {
        let result = csqlite_bind_copy(raw, Int32(index), text, UInt64(text.utf8.count))
        guard result == SQLITE_OK else { throw SQLiteError(of: sqlite3_db_handle(raw)) }
    }

    // MARK: Columns, counted from 0

    /// Returns an integer; `nil` for NULL.
    func integer(_ column: Int) -> Int64? {
        isNull(column) ? nil : sqlite3_column_int64(raw, Int32(column))
    }

    /// Returns a string; `nil` for NULL.
    func string(_ column: Int) -> String? {
        text(column) { String(decoding: $0, as: UTF8.self) }
    }

    /// Returns the result of a body that receives the bytes of a string; `nil` for NULL.
    func text<Value>(_ column: Int, _ body: (UnsafeBufferPointer<UInt8>) -> Value?) -> Value? {
        guard !isNull(column) else { return nil }
        let start = sqlite3_column_text(raw, Int32(column))
        let count = Int(sqlite3_column_bytes(raw, Int32(column)))
        return body(UnsafeBufferPointer(start: start, count: start == nil ? 0 : count))
    }

    /// Returns the result of a body that receives bytes; `nil` for NULL.
    func blob<Value>(_ column: Int, _ body: (UnsafeRawBufferPointer) -> Value?) -> Value? {
        guard !isNull(column) else { return nil }
        let start = sqlite3_column_blob(raw, Int32(column))
        let count = Int(sqlite3_column_bytes(raw, Int32(column)))
        return body(UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : count))
    }

    func isNull(_ column: Int) -> Bool {
        sqlite3_column_type(raw, Int32(column)) == SQLITE_NULL
    }
}
