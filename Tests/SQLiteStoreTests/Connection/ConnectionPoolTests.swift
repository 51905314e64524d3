import CSQLite
import Foundation
import TestSupport
import Testing

@testable import SQLiteStore

struct ConnectionPoolTests {
    private let folder: TemporaryFolder
    private let path: String
    private let pool: ConnectionPool

    init() throws {
        folder = try TemporaryFolder()
        path = folder.path("test.sqlite")
        pool = try ConnectionPool(path: path)
        try pool.write { connection throws(SQLiteError) in
            try connection.execute("CREATE TABLE numbers (number INTEGER PRIMARY KEY) STRICT")
        }
    }

    private func insert(_ number: Int) throws(SQLiteError) {
        try pool.write { connection throws(SQLiteError) in
            try connection.transaction(.immediate) { connection throws(SQLiteError) in
                try connection.execute("INSERT INTO numbers VALUES (\(number))")
            }
        }
    }

    private func count() throws(SQLiteError) -> Int64? {
        try pool.read { connection throws(SQLiteError) in
            try connection.integer("SELECT count(*) FROM numbers")
        }
    }

    // MARK: Reading and writing

    @Test func `a read sees what was committed before it began`() throws {
        for number in 1...100 {
            try insert(number)
            #expect(try count() == Int64(number))
        }
    }

    @Test func `a read under way neither sees nor hinders a commit`() throws {
        try insert(1)
        let (before, outside, after) = try pool.read { connection throws(SQLiteError) in
            try connection.transaction(.deferred) { connection throws(SQLiteError) in
                let before = try connection.integer("SELECT count(*) FROM numbers")
                try insert(2)
                // Another reader.
                let outside = try count()
                return (before, outside, try connection.integer("SELECT count(*) FROM numbers"))
            }
        }
        #expect(before == 1)
        #expect(outside == 2)
        #expect(after == 1)
    }

    @Test func `a write under way does not hinder a read`() throws {
        let seen = try pool.write { connection throws(SQLiteError) in
            try connection.transaction(.immediate) { connection throws(SQLiteError) in
                try connection.execute("INSERT INTO numbers VALUES (1)")
                return try count()
            }
        }
        #expect(seen == 0)
        #expect(try count() == 1)
    }

    @Test func `a reader cannot write`() throws {
        let refused = try #require(throws: SQLiteError.self) {
            try pool.read { connection throws(SQLiteError) in
                try connection.execute("INSERT INTO numbers VALUES (1)")
            }
        }
        #expect(refused.code == SQLITE_READONLY)
        #expect(try count() == 0)
    }

    @Test func `four read at once, and the others wait`() async throws {
        let progress = Progress()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<12 {
                group.addTask {
                    let (atWork, hasMet) = try await onThread {
                        try pool.read { connection throws(SQLiteError) in
                            let atWork = progress.note("begun") - progress["done"]
                            let met: Void? = try? waitUntil("four") { progress["begun"] >= 4 }
                            _ = try connection.integer("SELECT count(*) FROM numbers")
                            progress.note("done")
                            return (atWork, met != nil)
                        }
                    }
                    #expect(hasMet)
                    #expect(atWork <= ConnectionPool.Limits.readers)
                }
            }
            try await group.waitForAll()
        }
        #expect(progress["done"] == 12)
    }

    @Test func `commits and reads of many threads are all done`() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for thread in 0..<8 {
                group.addTask {
                    try await onThread {
                        var last: Int64 = 0
                        for number in 0..<50 {
                            if thread < 2 { try insert(thread * 50 + number) }
                            let seen = try count() ?? -1
                            try #require(seen >= last)
                            last = seen
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try count() == 100)
    }

    @Test func `a read that fails leaves its connection to the next`() throws {
        for _ in 0..<10 {
            #expect(throws: SQLiteError.self) {
                try pool.read { connection throws(SQLiteError) in
                    try connection.transaction(.deferred) { connection throws(SQLiteError) in
                        _ = try count()
                        try connection.execute("SELECT * FROM nowhere")
                    }
                }
            }
        }
        #expect(try count() == 0)
    }

    // MARK: Closing

    @Test func `closing waits for the readers at work`() async throws {
        try insert(1)
        let progress = Progress()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                let closed = try await onThread {
                    try pool.read { connection throws(SQLiteError) in
                        progress.note("reading")
                        // New readers are refused as soon as closing has begun.
                        try? waitUntil("a refusal") { (try? count()) == nil }
                        for _ in 0..<1_000 {
                            _ = try connection.integer("SELECT number FROM numbers")
                        }
                        return progress["closed"]
                    }
                }
                #expect(closed == 0)
            }
            try await eventually("a reader to be at work") { progress["reading"] == 1 }
            group.addTask {
                try await onThread {
                    try pool.close()
                    progress.note("closed")
                }
            }
            try await group.waitForAll()
        }
        #expect(progress["closed"] == 1)
        #expect(openDescriptors(of: path) == 0)
        #expect(!FileManager.default.fileExists(atPath: path + "-wal"))
    }

    @Test func `a closed pool refuses everything`() throws {
        try insert(1)
        #expect(try count() == 1)
        try pool.close()
        #expect(throws: SQLiteError.closed) { try pool.close() }
        #expect(throws: SQLiteError.closed) { try count() }
        #expect(throws: SQLiteError.closed) { try insert(2) }
        #expect(try RawDatabase(path).run("SELECT * FROM numbers") == [["1"]])
    }

    @Test func `readers that come while it is closed are served or refused`() async throws {
        try insert(1)
        let progress = Progress()
        try await withThrowingTaskGroup(of: Void.self) { group in
            defer { progress.note("over") }
            for _ in 0..<8 {
                group.addTask {
                    try await onThread {
                        while progress["over"] == 0 {
                            do throws(SQLiteError) {
                                if try count() == 1 { progress.note("served") }
                            } catch {
                                try #require(error == .closed)
                                progress.note("refused")
                                return
                            }
                        }
                    }
                }
            }
            try await eventually("reads") { progress["served"] > 100 }
            // Two at once, and neither waits for the other's readers.
            for _ in 0..<2 {
                group.addTask {
                    try await onThread { if (try? pool.close()) != nil { progress.note("closed") } }
                }
            }
            try await group.waitForAll()
        }
        #expect(progress["closed"] == 1)
        #expect(progress["refused"] == 8)
        #expect(openDescriptors(of: path) == 0)
    }

    @Test func `closing empties the log, though another program has the database open`() throws {
        let other = try RawDatabase(path)
        try other.run("SELECT * FROM numbers")
        try insert(1)
        #expect(try size(path + "-wal") > 0)
        try pool.close()
        #expect(try size(path + "-wal") == 0)
        #expect(try other.run("SELECT * FROM numbers") == [["1"]])
    }

    @Test func `closing leaves the log when another program reads`() throws {
        let other = try RawDatabase(path)
        try other.run("BEGIN; SELECT * FROM numbers")
        try insert(1)
        try pool.close()
        #expect(try size(path + "-wal") > 0)
        #expect(try other.run("SELECT * FROM numbers").isEmpty)
        try other.run("COMMIT")
        #expect(try other.run("SELECT * FROM numbers") == [["1"]])
    }

    @Test func `a pool that nobody closes loses nothing`() throws {
        let path = folder.path("other.sqlite")
        do {
            let pool = try ConnectionPool(path: path)
            try pool.write { connection throws(SQLiteError) in
                try connection.execute("CREATE TABLE t (a); INSERT INTO t VALUES (1)")
            }
            let read = try pool.read { connection throws(SQLiteError) in
                try connection.integer("SELECT a FROM t")
            }
            #expect(read == 1)
        }
        #expect(openDescriptors(of: path) == 0)
        #expect(try RawDatabase(path).run("SELECT a FROM t") == [["1"]])
    }

    private func size(_ path: String) throws -> Int {
        let size = try FileManager.default.attributesOfItem(atPath: path)[.size]
        return try #require(size as? Int)
    }

    // MARK: Scratch

    @Test func `a scratch database has one connection, which reads and writes`() throws {
        let path = folder.path("scratch.sqlite")
        let scratch = try ConnectionPool(path: path, isScratch: true)
        try scratch.write { connection throws(SQLiteError) in
            try connection.transaction(.immediate) { connection throws(SQLiteError) in
                try connection.execute("CREATE TABLE t (a); INSERT INTO t VALUES (1)")
            }
        }
        let (value, mode) = try scratch.read { connection throws(SQLiteError) in
            (try connection.integer("SELECT a FROM t"), try connection.text("PRAGMA journal_mode"))
        }
        #expect(value == 1)
        #expect(mode == "off")
        #expect(openDescriptors(of: path) == 1)
        try scratch.close()
        #expect(throws: SQLiteError.closed) {
            try scratch.read { _ throws(SQLiteError) in }
        }
        #expect(try RawDatabase(path).run("SELECT a FROM t") == [["1"]])
    }
}
