internal import CSQLite

/// SQLite, as this process has loaded it.
package enum SQLiteLibrary {
    package static var version: String { String(cString: sqlite3_libversion()) }
}
