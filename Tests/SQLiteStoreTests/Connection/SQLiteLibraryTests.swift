import CSQLite
import Testing

@testable import SQLiteStore

struct SQLiteLibraryTests {
    /// `SQLITE_VERSION_NUMBER` is 3 * 1000000 + minor * 1000 + patch (sqlite3_libversion(3)).
    @Test func `the version is that of the loaded library`() {
        let number = Int(sqlite3_libversion_number())
        let parts = [number / 1_000_000, number / 1_000 % 1_000, number % 1_000]
        #expect(SQLiteLibrary.version == parts.map { "\($0)" }.joined(separator: "."))
    }
}
