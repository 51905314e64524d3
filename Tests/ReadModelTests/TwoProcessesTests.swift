import CSQLite
import Foundation
import Orders
import TestSupport
import Testing

@testable import ReadModel

/// Other processes in the store's folder.
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

    private var databasePath: String { folder.path(OrderStore.fileName) }

    // MARK: The folder's lock

    @Test func `a folder that another process has is refused until that has ended`() async throws {
        let lock = try folder.write("", to: "lock")
        let other = try ChildProcess("flock", [lock, "--command", wait])
        try await other.waitForOutput(containing: "waiting")
        #expect(throws: StoreError.inUse(folder: folder.path)) {
            try OrderStore(folder: folder.path)
        }
        #expect(!FileManager.default.fileExists(atPath: databasePath))
        other.kill()
        try await other.waitForExit()
        let store = try OrderStore(folder: folder.path)
        #expect(try store.count() == 0)
    }

    @Test func `another process is refused while the store is open`() async throws {
        let store = try OrderStore(folder: folder.path)
        let arguments = ["--nonblock", "--conflict-exit-code", "7", folder.path("lock"), "true"]
        #expect(try await ChildProcess.run("flock", arguments).exitCode == 7)
        try store.close()
        // A closed store may be closing its files still: it keeps the folder for as long as it lives.
        #expect(try await ChildProcess.run("flock", arguments).exitCode == 7)
        withExtendedLifetime(store) {}
    }

    @Test func `a folder is free when its store is gone`() async throws {
        try OrderStore(folder: folder.path).close()
        let arguments = ["--nonblock", folder.path("lock"), "true"]
        #expect(try await ChildProcess.run("flock", arguments).exitCode == 0)
    }

    // MARK: The database

    @Test func `a commit waits for a short write of another process`() async throws {
        let store = try OrderStore(folder: folder.path)
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
        let store = try OrderStore(folder: folder.path)
        try store.commit(orders: [Order(id: orderID(1))], offsets: [position: 1])
        let other = try ChildProcess(
            "sqlite3",
            [databasePath, "BEGIN IMMEDIATE", ".shell \(wait)", "COMMIT"]
        )
        try await other.waitForOutput(containing: "waiting")
        let busy = try #require(throws: StoreError.self) {
            try store.commit(orders: [Order(id: orderID(2))], offsets: [position: 2])
        }
        guard case .sqlite(SQLITE_BUSY, _, _, "writing orders") = busy else {
            Issue.record(busy)
            return
        }
        #expect(busy.isTransient)
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
        let store = try OrderStore(folder: folder.path)
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
        let store = try OrderStore(folder: folder.path)
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
