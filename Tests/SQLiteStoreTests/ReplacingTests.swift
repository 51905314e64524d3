import Foundation
import Orders
import ReadModel
import ReadModelTestSupport
import TestSupport
import Testing

@testable import SQLiteStore

/// A database that is rebuilt beside the stored one.
struct ReplacingTests {
    private static let position = StreamPosition(topic: "order-events", partition: 0)

    private let place: SQLitePlace

    init() throws {
        place = try SQLitePlace()
    }

    private var files: [String] {
        get throws {
            try FileManager.default.contentsOfDirectory(atPath: place.folder.path).sorted()
        }
    }

    private func stored() throws -> SQLiteOrderStore {
        let store = try place.open()
        try store.commit(orders: [Order(id: orderID(1))], offsets: [Self.position: 1])
        return store
    }

    @Test func `a scratch store is empty, and writes nothing to the other one`() throws {
        let store = try stored()
        let scratch = try store.makeScratch()
        #expect(try scratch.orders(after: nil, limit: 10).isEmpty)
        try scratch.commit(orders: [Order(id: orderID(2))], offsets: [Self.position: 7])
        #expect(try store.orders(after: nil, limit: 10) == [Order(id: orderID(1))])
        #expect(try store.offsets() == [Self.position: 1])
    }

    @Test func `after it has been replaced the rebuilt orders are there`() throws {
        let store = try stored()
        let scratch = try store.makeScratch()
        try scratch.commit(orders: [Order(id: orderID(2))], offsets: [Self.position: 7])
        try store.replace(by: scratch)
        #expect(throws: StoreError.self) { try store.offsets() }
        #expect(try files == ["orders.sqlite"])
        let again = try place.open()
        #expect(try again.orders(after: nil, limit: 10) == [Order(id: orderID(2))])
        #expect(try again.offsets() == [Self.position: 7])
    }

    @Test func `a scratch store that is closed or released leaves no file`() throws {
        let store = try stored()
        try store.makeScratch().close()
        _ = try store.makeScratch()
        try store.close()
        #expect(try files == ["orders.sqlite"])
    }

    @Test func `what a killed replay has left is not used`() throws {
        let store = try stored()
        try place.folder.write("half a database", to: "orders.sqlite-rebuild")
        #expect(try store.makeScratch().orders(after: nil, limit: 10).isEmpty)
    }

    private final class Owner: Sendable {}

    @Test func `what killed replays have left is removed by the folder's owner`() throws {
        try stored().close()
        let former = place.folder.path("replay")
        try FileManager.default.createDirectory(atPath: former, withIntermediateDirectories: false)
        for suffix in ["", "-wal", "-shm"] {
            try place.folder.write("half a database", to: "orders.sqlite-rebuild\(suffix)")
            try place.folder.write("half a database", to: "replay/orders.sqlite\(suffix)")
        }
        try place.folder.write("an id", to: "replay/lock")
        let all = try files
        // Without a lock, a replay in another process may still use its files.
        try place.open().close()
        #expect(try files == all)

        let store = try SQLiteOrderStore(folder: place.folder.path, keeping: Owner())
        #expect(try store.orders([orderID(1)]).count == 1)
        try store.close()
        #expect(try files == ["orders.sqlite"])
    }

    @Test func `a folder named replay with other files in it stays`() throws {
        let folder = place.folder.path("replay")
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        try place.folder.write("mine", to: "replay/notes")
        try SQLiteOrderStore(folder: place.folder.path, keeping: Owner()).close()
        #expect(FileManager.default.fileExists(atPath: "\(folder)/notes"))
    }

    @Test func `a log that another program still uses keeps the stored orders`() async throws {
        let store = try stored()
        let scratch = try store.makeScratch()
        let reader = try ConnectionPool(path: place.databasePath)
        try reader.read { connection throws(SQLiteError) in
            try connection.execute("BEGIN; SELECT count(*) FROM orders")
        }
        // What is written after the reader began stays in the log.
        try store.commit(orders: [Order(id: orderID(3))], offsets: [:])
        let error = try #require(throws: StoreError.self) { try store.replace(by: scratch) }
        #expect(
            error
                == .notAccessible(
                    path: "\(place.databasePath)-wal",
                    reason: "another program has the database open"
                )
        )
        try reader.read { connection throws(SQLiteError) in try connection.execute("ROLLBACK") }
        try reader.close()
        #expect(try files.allSatisfy { !$0.contains("rebuild") })
        let again = try place.open()
        #expect(try again.orders([orderID(1), orderID(3)]).count == 2)
    }
}
