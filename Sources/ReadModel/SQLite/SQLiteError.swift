internal import CSQLite

/// What SQLite answered instead of doing what it was asked.
///
/// It holds neither the statement nor what was bound to it: that may be what clients sent.
struct SQLiteError: Error, Equatable {
    /// SQLite's extended result code (https://sqlite.org/rescode.html).
    let extendedCode: Int32
    let message: String

    init(extendedCode: Int32, message: String) {
        self.extendedCode = extendedCode
        self.message = message
    }

    /// - Parameter connection: One on which a call has just failed, or `nil` when there was not the
    ///   memory to make one.
    init(of connection: OpaquePointer?) {
        extendedCode = sqlite3_extended_errcode(connection)
        message = String(cString: sqlite3_errmsg(connection))
    }

    /// What is asked of a pool that was closed.
    static let closed = SQLiteError(
        extendedCode: SQLITE_MISUSE,
        message: "the database has been closed"
    )

    /// The primary result code, which is the last byte of the extended one.
    var code: Int32 { extendedCode & 0xFF }
}
