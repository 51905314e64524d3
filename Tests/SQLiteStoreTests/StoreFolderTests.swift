import Foundation
import Orders
import ReadModel
import ReadModelTestSupport
import TestSupport
import Testing

@testable import SQLiteStore

struct StoreFolderTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private var databasePath: String { folder.path(SQLiteOrderStore.fileName) }

    @Test func `a file that is no database is named as damaged`() throws {
        try folder.write(String(repeating: "no database\n", count: 1_000), to: "orders.sqlite")
        let error = try #require(throws: StoreError.self) {
            try SQLiteOrderStore(folder: folder.path)
        }
        guard case .damaged(databasePath, _) = error else {
            Issue.record(error)
            return
        }
        #expect(error.description.hasPrefix("\(databasePath) is damaged ("))
        #expect(!error.isTransient)
    }

    @Test func `a database with overwritten pages is named as damaged`() throws {
        let orders = (0..<500).map { number in
            Order.folding(nil, event(created(orderID(number)), number: UInt64(number), at: 5))
        }
        do {
            let store = try SQLiteOrderStore(folder: folder.path)
            try store.commit(orders: orders, offsets: [:])
            try store.close()
        }
        let path = databasePath
        // The first page, with the schema, stays.
        let file = try #require(FileHandle(forUpdatingAtPath: path))
        let size = try file.seekToEnd()
        try file.seek(toOffset: 4_096)
        try file.write(contentsOf: Data(repeating: 0xFF, count: Int(size) - 4_096))
        try file.close()

        let error = try #require(throws: StoreError.self) {
            _ = try SQLiteOrderStore(folder: folder.path).orders([orderID(3)])
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
        let store = try SQLiteOrderStore(folder: folder.path)
        let order = Order.folding(nil, event(created(orderID(1)), number: 1, at: 5))
        try store.commit(orders: [order], offsets: [:])
        let path = databasePath
        _ = try await sqlite3(path, "UPDATE orders SET \(column) = \(value)")
        guard column != "order_id" else {
            // It is no order that anybody could ask for.
            #expect(try await store.order(orderID(1)) == nil)
            return
        }
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
        let error = try #require(throws: StoreError.self) {
            try SQLiteOrderStore(folder: folder.path)
        }
        #expect(
            error
                == .failed(
                    action: "opening the read model",
                    reason: "unable to open database file (SQLite 14, 14)",
                    isTransient: true
                )
        )
    }

    @Test(.enabled(if: SmallDisk.isAllowed || geteuid() != 0, "root writes to any file but mounts"))
    func `a database that is write-protected is refused at once`() async throws {
        try SQLiteOrderStore(folder: folder.path).close()
        try await SmallDisk.withReadOnly(databasePath) { [path = folder.path] in
            let error = try #require(throws: StoreError.self) {
                try SQLiteOrderStore(folder: path)
            }
            #expect(
                error
                    == .failed(
                        action: "opening the read model",
                        reason: "attempt to write a readonly database (SQLite 8, 8)",
                        isTransient: false
                    )
            )
        }
        #expect(try SQLiteOrderStore(folder: folder.path).count() == 0)
    }

    @Test func `a database of a later version is left alone`() async throws {
        do {
            let store = try SQLiteOrderStore(folder: folder.path)
            try store.close()
        }
        _ = try await sqlite3(databasePath, "INSERT INTO grdb_migrations VALUES ('2: later')")
        #expect(throws: StoreError.tooNew(path: databasePath)) {
            try SQLiteOrderStore(folder: folder.path)
        }
    }

    @Test func `what a person is told names what to mend`() {
        #expect(
            StoreError.tooNew(path: "/data/orders.sqlite").description
                == "/data/orders.sqlite was written by a later version of order-gateway"
        )
        let full = StoreError.failed(
            action: "writing orders",
            reason: "database or disk is full (SQLite 13, 13)",
            isTransient: true
        )
        #expect(full.description == "writing orders: database or disk is full (SQLite 13, 13)")
    }
}
