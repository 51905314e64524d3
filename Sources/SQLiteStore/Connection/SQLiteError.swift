internal import CSQLite

/// An error that SQLite reported.
///
/// It contains neither the statement nor the bound values, because these may be data of clients.
struct SQLiteError: Error, Equatable {
    /// SQLite's extended result code (https://sqlite.org/rescode.html).
    let extendedCode: Int32
    let message: String

    init(extendedCode: Int32, message: String) {
        self.extendedCode = extendedCode
        self.message = message
    }

    /// - Parameter connection: The connection of the call that has just failed; `nil` if there was
    ///   no memory for a connection.
    init(of connection: OpaquePointer?) {
        extendedCode = sqlite3_extended_errcode(connection)
        message = String(cString: sqlite3_errmsg(connection))
    }

    /// The error of every use of a closed pool.
    static let closed = SQLiteError(
        extendedCode: SQLITE_MISUSE,
        message: "the database has been closed"
    )

    /// The primary result code: the lowest byte of the extended one.
    var code: Int32 { extendedCode & 0xFF }
}
