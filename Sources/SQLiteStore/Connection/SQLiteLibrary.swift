internal import CSQLite

/// The SQLite library that this process has loaded.
package enum SQLiteLibrary {
    package static var version: String { String(cString: sqlite3_libversion()) }
}
