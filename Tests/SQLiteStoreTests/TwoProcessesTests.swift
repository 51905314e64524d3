import Orders
import ReadModel
import ReadModelTestSupport
import TestSupport
import Testing

@testable import SQLiteStore

/// Other processes that use the store's database.
struct TwoProcessesTests {
    private let folder: TemporaryFolder
    private let position = StreamPosition(topic: "order-events", partition: 0)

    init() throws {
        folder = try TemporaryFolder()
    }

    /// A shell command that waits until ``letGo()``.
    private var wait: String {
        "echo waiting; until test -e '\(folder.path("go"))'; do sleep 0.01; done"
    }

    private func letGo() throws { try folder.write("", to: "go") }

    private var databasePath: String { folder.path(SQLiteOrderStore.fileName) }

    @Test func `a commit waits for a short write of another process`() async throws {
        let store = try SQLiteOrderStore(folder: folder.path)
        let other = try ChildProcess(
            "sqlite3",
            [databasePath, "BEGIN IMMEDIATE", ".shell \(wait)", "DELETE FROM offsets", "COMMIT"]
        )
        try await other.waitForOutput(containing: "waiting")
        let progress = Progress()
        async let committed: Void = onThread {
            progress.note("begun")
            try store.commit(orders: [Order(id: orderID(1))], offsets: [position: 1])
        }
        try await eventually("the commit to begin") { progress["begun"] == 1 }
        try letGo()
        try await committed
        #expect(try await other.waitForExit() == 0)
        #expect(try store.offsets() == [position: 1])
    }

    @Test func `a commit gives up on a long write, and succeeds afterwards`() async throws {
        let store = try SQLiteOrderStore(folder: folder.path)
        try store.commit(orders: [Order(id: orderID(1))], offsets: [position: 1])
        let other = try ChildProcess(
            "sqlite3",
            [databasePath, "BEGIN IMMEDIATE", ".shell \(wait)", "COMMIT"]
        )
        try await other.waitForOutput(containing: "waiting")
        let busy = try #require(throws: StoreError.self) {
            try store.commit(orders: [Order(id: orderID(2))], offsets: [position: 2])
        }
        let reason = "database is locked (SQLite 5, 5)"
        #expect(busy == .failed(action: "writing orders", reason: reason, isTransient: true))
        // Reads go on meanwhile.
        #expect(try store.offsets() == [position: 1])
        #expect(try await store.order(orderID(1)) == Order(id: orderID(1)))
        try letGo()
        #expect(try await other.waitForExit() == 0)
        try store.commit(orders: [Order(id: orderID(2))], offsets: [position: 2])
        #expect(try store.offsets() == [position: 2])
        #expect(try store.orders([orderID(1), orderID(2)]).count == 2)
    }

    @Test func `a process that is killed while it writes hinders nobody`() async throws {
        let store = try SQLiteOrderStore(folder: folder.path)
        try store.commit(orders: [Order(id: orderID(1))], offsets: [position: 1])
        let other = try ChildProcess(
            "sqlite3",
            [databasePath, "BEGIN IMMEDIATE", "DELETE FROM offsets", ".shell \(wait)", "COMMIT"]
        )
        try await other.waitForOutput(containing: "waiting")
        other.kill()
        try await other.waitForExit()
        #expect(try store.offsets() == [position: 1])
        try store.commit(orders: [Order(id: orderID(2))], offsets: [position: 2])
        #expect(try store.offsets() == [position: 2])
    }

    @Test func `another process reads while the store writes`() async throws {
        let store = try SQLiteOrderStore(folder: folder.path)
        try store.commit(orders: [Order(id: orderID(1))], offsets: [position: 1])
        let count = "SELECT count(*) FROM orders"
        let other = try ChildProcess(
            "sqlite3",
            [databasePath, "BEGIN", count, ".shell \(wait)", count, "COMMIT", count]
        )
        try await other.waitForOutput(containing: "waiting")
        try store.commit(orders: [Order(id: orderID(2))], offsets: [position: 2])
        try letGo()
        #expect(try await other.waitForExit() == 0)
        #expect(other.output.split(separator: "\n").filter { $0 != "waiting" } == ["1", "1", "2"])
    }
}
