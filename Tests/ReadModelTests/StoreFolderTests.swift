import Foundation
import TestSupport
import Testing

@testable import ReadModel

struct StoreFolderTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private var databasePath: String { folder.path(OrderStore.fileName) }

    @Test func `a folder is for one store at a time`() throws {
        var first: OrderStore? = try OrderStore(folder: folder.path)
        #expect(throws: StoreError.inUse(folder: folder.path)) {
            try OrderStore(folder: folder.path)
        }
        try first?.close()
        first = nil
        let second = try OrderStore(folder: folder.path)
        #expect(try second.count() == 0)
    }

    @Test func `a copy of its descriptor, such as a child gets, does not keep the lock`() throws {
        let lockPath = folder.path("lock")
        var store: OrderStore? = try OrderStore(folder: folder.path)
        let descriptors = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")
        let locked = try #require(
            descriptors.compactMap { Int32($0) }.first {
                let link = "/proc/self/fd/\($0)"
                return (try? FileManager.default.destinationOfSymbolicLink(atPath: link))
                    == lockPath
            }
        )
        let copy = dup(locked)
        defer { close(copy) }
        try store?.close()
        store = nil
        #expect(throws: Never.self) { try OrderStore(folder: folder.path) }
    }

    @Test func `a store that could not be opened keeps no lock`() throws {
        try folder.write("this is no database, but long enough to look at", to: "orders.sqlite")
        for _ in 0..<2 {
            let error = try #require(throws: StoreError.self) {
                try OrderStore(folder: folder.path)
            }
            guard case .damaged = error else {
                Issue.record(error)
                return
            }
        }
    }

    @Test func `a folder's replica keeps its id, and another folder has another`() throws {
        var store: OrderStore? = try OrderStore(folder: folder.path("a"))
        let id = try #require(store?.replicaID)
        try store?.close()
        store = nil
        #expect(try OrderStore(folder: folder.path("a")).replicaID == id)
        #expect(try OrderStore(folder: folder.path("b")).replicaID != id)
    }

    @Test func `a replica's id that was half written is drawn anew`() throws {
        try folder.write("01a209a9-6034-7b70-bbc9-42aee", to: "lock")
        var store: OrderStore? = try OrderStore(folder: folder.path)
        let id = try #require(store?.replicaID)
        store = nil
        #expect(try OrderStore(folder: folder.path).replicaID == id)
    }

    @Test func `a nested folder is made`() throws {
        let path = folder.path("a/b//c/")
        let store = try OrderStore(folder: path)
        #expect(try store.count() == 0)
        #expect(FileManager.default.fileExists(atPath: folder.path("a/b/c/orders.sqlite")))
    }

    @Test func `a folder that is a file is named`() throws {
        let path = try folder.write("", to: "file")
        for folder in [path, "\(path)/below"] {
            let error = try #require(throws: StoreError.self) { try OrderStore(folder: folder) }
            guard case .notAccessible(let named, let reason) = error else {
                Issue.record(error)
                continue
            }
            #expect(named.hasPrefix(path))
            #expect(reason == "Not a directory")
            #expect(error.description == "\(named): Not a directory")
            #expect(!error.isTransient)
        }
    }

    @Test func `a file that is no database is named as damaged`() throws {
        try folder.write(String(repeating: "no database\n", count: 1_000), to: "orders.sqlite")
        let error = try #require(throws: StoreError.self) { try OrderStore(folder: folder.path) }
        guard case .damaged(databasePath, _) = error else {
            Issue.record(error)
            return
        }
        #expect(error.description.hasPrefix("\(databasePath) is damaged ("))
        #expect(!error.isTransient)
    }

    @Test func `a database with overwritten pages is named as damaged`() throws {
        let fixture = try Fixture()
        var log = EventLog()
        for number in 0..<500 { log.append(created(orderID(number))) }
        try fixture.projector.apply(log.records)
        try fixture.projector.commit()
        try fixture.store.close()
        let path = fixture.databasePath
        fixture.drop()

        // The first page, with the schema, stays.
        let file = try #require(FileHandle(forUpdatingAtPath: path))
        let size = try file.seekToEnd()
        try file.seek(toOffset: 4_096)
        try file.write(contentsOf: Data(repeating: 0xFF, count: Int(size) - 4_096))
        try file.close()

        let error = try #require(throws: StoreError.self) {
            try fixture.reopen()
            _ = try fixture.store.orders([orderID(3)])
        }
        guard case .damaged(path, _) = error else {
            Issue.record(error)
            return
        }
    }

    @Test(arguments: [
        ("items", "'[1]'"), ("items", "NULL"), ("total_amount", "'much'"),
        ("trace_id", "'00'"), ("customer_id", "NULL"), ("correlation_id", "NULL"),
        ("cancelled_at", "5"), ("order_id", "'one'"),
    ])
    func `a row that nobody here wrote is damage`(_ column: String, _ value: String) async throws {
        let fixture = try Fixture()
        var log = EventLog()
        log.append(created(orderID(1)))
        try fixture.projector.apply(log.records)
        try fixture.projector.commit()
        let path = fixture.databasePath
        _ = try await sqlite3(path, "UPDATE orders SET \(column) = \(value)")
        guard column != "order_id" else {
            // It is no order that anybody could ask for.
            #expect(try await fixture.store.order(orderID(1)) == nil)
            return
        }
        let store = fixture.store
        let error = await #expect(throws: StoreError.self) { try await store.order(orderID(1)) }
        guard case .damaged(path, _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test func `a folder in the database's place is named`() throws {
        try FileManager.default.createDirectory(
            atPath: databasePath,
            withIntermediateDirectories: false
        )
        let error = try #require(throws: StoreError.self) { try OrderStore(folder: folder.path) }
        #expect(
            error
                == .sqlite(
                    code: 14,
                    extendedCode: 14,
                    message: "unable to open database file",
                    action: "opening the read model"
                )
        )
    }

    @Test(.enabled(if: SmallDisk.isAllowed || geteuid() != 0, "root writes to any file but mounts"))
    func `a database that is write-protected is refused at once`() async throws {
        try OrderStore(folder: folder.path).close()
        try await SmallDisk.withReadOnly(databasePath) { [path = folder.path] in
            let error = try #require(throws: StoreError.self) {
                try OrderStore(folder: path)
            }
            #expect(
                error
                    == .sqlite(
                        code: 8,
                        extendedCode: 8,
                        message: "attempt to write a readonly database",
                        action: "opening the read model"
                    )
            )
        }
        #expect(try OrderStore(folder: folder.path).count() == 0)
    }

    @Test func `a database of a later version is left alone`() async throws {
        do {
            let store = try OrderStore(folder: folder.path)
            try store.close()
        }
        _ = try await sqlite3(databasePath, "INSERT INTO grdb_migrations VALUES ('2: later')")
        #expect(throws: StoreError.tooNew(path: databasePath)) {
            try OrderStore(folder: folder.path)
        }
    }

    @Test func `what a person is told names what to mend`() {
        #expect(
            StoreError.inUse(folder: "/data").description
                == "the folder /data is in use by another gateway; each needs one of its own"
        )
        #expect(
            StoreError.tooNew(path: "/data/orders.sqlite").description
                == "/data/orders.sqlite was written by a later version of order-gateway"
        )
        let full = StoreError.sqlite(
            code: 13,
            extendedCode: 13,
            message: "database or disk is full",
            action: "writing orders"
        )
        #expect(full.description == "writing orders: database or disk is full (SQLite 13, 13)")
    }
}
