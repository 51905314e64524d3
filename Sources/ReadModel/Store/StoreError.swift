internal import CSQLite

/// Why the store could not do what it was asked.
package enum StoreError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Another process has the folder's lock.
    case inUse(folder: String)
    /// The folder or a file in it cannot be made or opened.
    case notAccessible(path: String, reason: String)
    /// The file was written by a later version of this program.
    case tooNew(path: String)
    /// The file is no database, or a damaged one.
    case damaged(path: String, reason: String)
    /// SQLite's primary and extended result codes, its message, and what was being done.
    case sqlite(code: Int32, extendedCode: Int32, message: String, action: String)

    /// Whether the same may succeed later without anybody mending the data: the disk is full, the
    /// file is busy, an input or output failed.
    package var isTransient: Bool {
        guard case .sqlite(let code, _, _, _) = self else { return false }
        let codes = [
            SQLITE_BUSY, SQLITE_LOCKED, SQLITE_FULL, SQLITE_IOERR, SQLITE_CANTOPEN, SQLITE_NOMEM,
        ]
        return codes.contains(code)
    }

    package var description: String {
        switch self {
        case .inUse(let folder):
            "the folder \(folder) is in use by another gateway; each needs one of its own"
        case .notAccessible(let path, let reason): "\(path): \(reason)"
        case .tooNew(let path): "\(path) was written by a later version of order-gateway"
        case .damaged(let path, let reason):
            "\(path) is damaged (\(reason)); move it away and it is made again from the topics"
        case .sqlite(let code, let extendedCode, let message, let action):
            "\(action): \(message) (SQLite \(code), \(extendedCode))"
        }
    }

    init(_ error: SQLiteError, path: String, action: String) {
        switch error.code {
        case SQLITE_CORRUPT, SQLITE_NOTADB: self = .damaged(path: path, reason: error.message)
        default:
            self = .sqlite(
                code: error.code,
                extendedCode: error.extendedCode,
                message: error.message,
                action: action
            )
        }
    }
}
