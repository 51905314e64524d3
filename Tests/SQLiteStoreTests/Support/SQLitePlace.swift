import ReadModelTestSupport
import TestSupport

@testable import SQLiteStore

/// A folder for a database.
struct SQLitePlace: StorePlace {
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    var databasePath: String { folder.path(SQLiteOrderStore.fileName) }

    func open() throws -> SQLiteOrderStore { try SQLiteOrderStore(folder: folder.path) }

    func setFull(_ isFull: Bool, _ store: SQLiteOrderStore) throws {
        try store.limitPages(to: isFull ? 0 : nil)
    }
}

/// Runs the `sqlite3` command line on a database and returns what it prints.
func sqlite3(_ path: String, _ statement: String) async throws -> String {
    let ending = try await ChildProcess.run("sqlite3", [path, statement])
    guard ending.exitCode == 0 else { throw SupportError("sqlite3: \(ending.errorOutput)") }
    return ending.text
}
