internal import CSQLite
internal import ReadModel

extension StoreError {
    /// Converts a SQLite error to an error of the store.
    ///
    /// - Parameters:
    ///   - path: The path of the database.
    ///   - action: The failed operation, such as "writing orders".
    init(_ error: SQLiteError, path: String, action: String) {
        switch error.code {
        case SQLITE_CORRUPT, SQLITE_NOTADB: self = .damaged(path: path, reason: error.message)
        default:
            self = .failed(
                action: action,
                reason: "\(error.message) (SQLite \(error.code), \(error.extendedCode))",
                isTransient: Self.transientCodes.contains(error.code)
            )
        }
    }

    private static let transientCodes = [
        SQLITE_BUSY, SQLITE_LOCKED, SQLITE_FULL, SQLITE_IOERR, SQLITE_CANTOPEN, SQLITE_NOMEM,
    ]
}
