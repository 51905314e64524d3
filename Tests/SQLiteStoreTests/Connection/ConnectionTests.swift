import CSQLite
import Foundation
import TestSupport
import Testing

@testable import SQLiteStore

struct ConnectionTests {
    private let folder: TemporaryFolder
    private let path: String

    init() throws {
        folder = try TemporaryFolder()
        path = folder.path("test.sqlite")
    }

    /// A connection to a database with a table of distinct numbers.
    private func writer() throws -> Connection {
        var connection = try Connection.open(path, as: .writer)
        try connection.execute("CREATE TABLE numbers (number INTEGER PRIMARY KEY) STRICT")
        return connection
    }

    // MARK: Opening

    @Test func `a writer has a write-ahead log, is synchronized seldom and waits a second`() throws
    {
        var connection = try writer()
        #expect(try connection.text("PRAGMA journal_mode") == "wal")
        #expect(try connection.integer("PRAGMA synchronous") == 1)
        #expect(try connection.integer("PRAGMA busy_timeout") == 1_000)
        #expect(try connection.integer("PRAGMA query_only") == 0)
    }

    @Test func `a reader has the same settings and cannot write`() throws {
        let writer = try writer()
        var reader = try Connection.open(path, as: .reader)
        #expect(try reader.text("PRAGMA journal_mode") == "wal")
        #expect(try reader.integer("PRAGMA synchronous") == 1)
        #expect(try reader.integer("PRAGMA busy_timeout") == 1_000)
        #expect(try reader.integer("SELECT count(*) FROM numbers") == 0)
        let refused = try #require(throws: SQLiteError.self) {
            try reader.execute("INSERT INTO numbers VALUES (1)")
        }
        #expect(refused.code == SQLITE_READONLY)
        withExtendedLifetime(writer) {}
    }

    @Test func `a scratch database has no log and is not synchronized`() throws {
        var connection = try Connection.open(path, as: .scratch)
        #expect(try connection.text("PRAGMA journal_mode") == "off")
        #expect(try connection.integer("PRAGMA synchronous") == 0)
        #expect(try connection.text("PRAGMA locking_mode") == "exclusive")
        #expect(try connection.integer("PRAGMA busy_timeout") == 1_000)
    }

    @Test func `a reader makes no database`() throws {
        let missing = try #require(throws: SQLiteError.self) {
            _ = try Connection.open(path, as: .reader)
        }
        #expect(missing.code == SQLITE_CANTOPEN)
    }

    @Test func `a file that is no database is refused, and closed again`() throws {
        try folder.write(String(repeating: "no database\n", count: 1_000), to: "test.sqlite")
        for _ in 0..<2 {
            let refused = try #require(throws: SQLiteError.self) {
                _ = try Connection.open(path, as: .writer)
            }
            #expect(refused.code == SQLITE_NOTADB)
        }
        #expect(openDescriptors(of: path) == 0)
    }

    @Test func `a folder is no database`() throws {
        let refused = try #require(throws: SQLiteError.self) {
            _ = try Connection.open(folder.path, as: .writer)
        }
        #expect(refused.code == SQLITE_CANTOPEN)
    }

    @Test func `closing finalizes the statements and takes the log away`() throws {
        do {
            var connection = try writer()
            try connection.execute("INSERT INTO numbers VALUES (1)")
            #expect(try connection.integer("SELECT number FROM numbers") == 1)
            #expect(openDescriptors(of: path) > 0)
        }
        #expect(openDescriptors(of: path) == 0)
        #expect(!FileManager.default.fileExists(atPath: path + "-wal"))
        #expect(try RawDatabase(path).run("SELECT number FROM numbers") == [["1"]])
    }

    // MARK: Transactions

    @Test func `a transaction that succeeds is seen by others`() throws {
        var connection = try writer()
        let changes = try connection.transaction(.immediate) { connection throws(SQLiteError) in
            try connection.execute("INSERT INTO numbers VALUES (1), (2)")
            return 2
        }
        #expect(changes == 2)
        #expect(try RawDatabase(path).run("SELECT count(*) FROM numbers") == [["2"]])
    }

    @Test func `a step that fails takes its transaction back`() throws {
        var connection = try writer()
        let failure = try #require(throws: SQLiteError.self) {
            try connection.transaction(.immediate) { connection throws(SQLiteError) in
                try connection.execute("INSERT INTO numbers VALUES (1)")
                try connection.execute("INSERT INTO numbers VALUES (1)")
            }
        }
        #expect(failure.code == SQLITE_CONSTRAINT)
        // SQLITE_CONSTRAINT_PRIMARYKEY
        #expect(failure.extendedCode == 1_555)
        #expect(failure.message == "UNIQUE constraint failed: numbers.number")
        let count = try connection.transaction(.immediate) { connection throws(SQLiteError) in
            try connection.integer("SELECT count(*) FROM numbers")
        }
        #expect(count == 0)
    }

    @Test func `a commit that fails takes its transaction back`() throws {
        var connection = try writer()
        try connection.execute(
            """
            PRAGMA foreign_keys = ON;
            CREATE TABLE links (number INTEGER REFERENCES numbers DEFERRABLE INITIALLY DEFERRED);
            """
        )
        let failure = try #require(throws: SQLiteError.self) {
            try connection.transaction(.immediate) { connection throws(SQLiteError) in
                try connection.execute("INSERT INTO links VALUES (7)")
            }
        }
        #expect(failure.message == "FOREIGN KEY constraint failed")
        let count = try connection.transaction(.immediate) { connection throws(SQLiteError) in
            try connection.integer("SELECT count(*) FROM links")
        }
        #expect(count == 0)
    }

    @Test func `a transaction that SQLite itself has taken back tells why`() throws {
        var connection = try writer()
        let failure = try #require(throws: SQLiteError.self) {
            try connection.transaction(.immediate) { connection throws(SQLiteError) in
                try connection.execute("INSERT INTO numbers VALUES (1)")
                try connection.execute("INSERT OR ROLLBACK INTO numbers VALUES (1)")
            }
        }
        #expect(failure.extendedCode == 1_555)
        let count = try connection.transaction(.immediate) { connection throws(SQLiteError) in
            try connection.integer("SELECT count(*) FROM numbers")
        }
        #expect(count == 0)
    }

    @Test func `an immediate transaction waits for another writer, and not for ever`() throws {
        var connection = try writer()
        let other = try RawDatabase(path)
        try other.run("BEGIN IMMEDIATE")
        let began = ContinuousClock.now
        let busy = try #require(throws: SQLiteError.self) {
            try connection.transaction(.immediate) { _ in }
        }
        #expect(busy.code == SQLITE_BUSY)
        #expect(ContinuousClock.now - began > .milliseconds(900))
        try other.run("COMMIT")
        try connection.transaction(.immediate) { connection throws(SQLiteError) in
            try connection.execute("INSERT INTO numbers VALUES (1)")
        }
    }

    // MARK: Statements

    @Test func `a statement runs again after it has failed`() throws {
        var connection = try writer()
        let outcomes = [1, 1, 2, 2, 3].map { (number: Int64) in
            Result { () throws(SQLiteError) in
                try connection.withStatement("INSERT INTO numbers VALUES (?)") {
                    statement throws(SQLiteError) in
                    statement.bind(number, at: 1)
                    return try statement.step()
                }
            }
        }
        #expect(outcomes.map { try? $0.get() } == [false, nil, false, nil, false])
        #expect(try connection.integer("SELECT sum(number) FROM numbers") == 6)
    }

    @Test func `what was bound for one run is not there in the next`() throws {
        var connection = try Connection.open(path, as: .writer)
        func select(_ number: Int64?) throws(SQLiteError) -> Int64? {
            try connection.withStatement("SELECT ?") { statement throws(SQLiteError) in
                if let number { statement.bind(number, at: 1) }
                return try statement.step() ? statement.integer(0) : -1
            }
        }
        #expect(try select(5) == 5)
        #expect(try select(nil) == nil)
    }

    @Test func `a statement that is left at a row keeps no transaction open`() throws {
        var connection = try writer()
        try connection.execute("INSERT INTO numbers VALUES (1), (2)")
        #expect(try connection.integer("SELECT number FROM numbers ORDER BY number") == 1)
        // A log in which somebody reads cannot be emptied.
        let other = try RawDatabase(path)
        #expect(try other.run("PRAGMA wal_checkpoint(TRUNCATE)") == [["0", "0", "0"]])
    }

    @Test(arguments: ["", "a", "it's", "two\0parts", "漢🙂", String(repeating: "x", count: 9_000)])
    func `a text is read as it was bound`(_ text: String) throws {
        var connection = try Connection.open(path, as: .writer)
        let read = try connection.withStatement("SELECT ?1, typeof(?1)") {
            statement throws(SQLiteError) in
            var read: [String?] = []
            try Array(text.utf8).withUnsafeBufferPointer { bytes throws(SQLiteError) in
                statement.bind(bytes, at: 1)
                _ = try statement.step()
                read += [statement.string(0), statement.string(1)]
                statement.reset()
            }
            try statement.bind(copying: text, at: 1)
            _ = try statement.step()
            return read + [statement.string(0), statement.string(1)]
        }
        #expect(read == [text, "text", text, "text"])
    }

    @Test func `an error tells nothing of the statement's values`() throws {
        var connection = try writer()
        let failure = try #require(throws: SQLiteError.self) {
            try connection.execute("INSERT INTO numbers VALUES ('secret')")
        }
        #expect(failure.code == SQLITE_MISMATCH)
        #expect(!failure.message.contains("secret"))
    }
}
