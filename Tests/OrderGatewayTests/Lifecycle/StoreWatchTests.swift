import Foundation
import ReadModel
import Synchronization
import TestSupport
import Testing

@testable import OrderGateway
@testable import OrderStreams
@testable import SQLiteStore
@testable import Telemetry

/// What others do to the read model's files while they are open.
struct StoreWatchTests {
    private final class Lines: Sendable {
        private let lines = Mutex<[String]>([])

        func count(_ text: String) -> Int {
            lines.withLock { lines in lines.count { $0.contains(text) } }
        }

        var logger: Logger {
            Logger(
                label: "test",
                format: .text,
                sink: LogSink { bytes in
                    self.lines.withLock { $0.append(String(decoding: bytes, as: UTF8.self)) }
                }
            )
        }
    }

    private let folder: TemporaryFolder
    private let health = Health(parts: [.readModel])
    private let lines = Lines()

    init() throws { folder = try TemporaryFolder() }

    private var path: String { folder.path(SQLiteOrderStore.fileName) }
    private var reason: String? { health.checks().first?.reason }

    private func watching(
        _ store: SQLiteOrderStore,
        _ body: (ReadModelStatus) async throws -> Void
    ) async throws {
        let status = ReadModelStatus(health: health, logger: lines.logger)
        let watch = StoreWatch(
            store: store,
            status: status,
            disk: DiskWatch(folder: folder.path, minimum: 0, health: health, logger: lines.logger),
            interval: .milliseconds(5),
            logger: lines.logger
        )
        status.begin()
        let running = Task { try await watch.run() }
        try await body(status)
        running.cancel()
        await #expect(throws: CancellationError.self) { try await running.value }
    }

    @Test func `a database that is removed is told once, whatever can still be written`()
        async throws
    {
        let store = try SQLiteOrderStore(folder: folder.path)
        try await watching(store) { status in
            #expect(reason == nil)
            try FileManager.default.removeItem(atPath: path)
            try await eventually("the loss") { reason?.contains("\(path) was removed") == true }
            #expect(reason?.contains("Restart it") == true)
            // SQLite goes on with the file that it has.
            status.noteSuccess()
            try await Task.sleep(for: .milliseconds(20))
            #expect(reason?.contains("was removed") == true)
            #expect(lines.count("the read model's files are not its own") == 1)
        }
    }

    @Test func `a database that is replaced is told, and one that is put back`() async throws {
        let store = try SQLiteOrderStore(folder: folder.path)
        try await watching(store) { _ in
            let aside = folder.path("aside")
            try FileManager.default.moveItem(atPath: path, toPath: aside)
            try FileManager.default.copyItem(atPath: aside, toPath: path)
            try await eventually("the loss") { reason?.contains("\(path) was replaced") == true }
            try FileManager.default.removeItem(atPath: path)
            try FileManager.default.moveItem(atPath: aside, toPath: path)
            try await eventually("the return") { reason == nil }
            #expect(lines.count("in their place again") == 1)
        }
    }

    @Test func `a log that is removed is told too`() async throws {
        let store = try SQLiteOrderStore(folder: folder.path)
        try await watching(store) { _ in
            try FileManager.default.removeItem(atPath: path + "-wal")
            try await eventually("the loss") { reason?.contains("-wal was removed") == true }
        }
    }

    @Test func `a store that cannot be written is told beside`() {
        let status = ReadModelStatus(health: health, logger: lines.logger)
        let error = StoreError.failed(action: "writing", reason: "full", isTransient: true)
        #expect(reason == "starting")
        status.begin()
        status.noteFailure(error)
        #expect(reason == "\(error)")
        status.note(StoreFileTrouble.removed(path: "x").description)
        status.noteSuccess()
        #expect(reason?.hasPrefix("x was removed") == true)
        status.note(nil)
        #expect(reason == nil)
        #expect(lines.count("can be written again") == 0)
    }

    @Test func `a reader that holds the log back is warned of once, until it ends`() async throws {
        let store = try SQLiteOrderStore(path: path, logLimitBytes: 64 * 1024)
        let position = StreamPosition(topic: "order-events", partition: 0)
        try store.commit(orders: [], offsets: [position: 0])
        // Another program, in the middle of a long read.
        let reader = try ConnectionPool(path: path)
        try await watching(store) { _ in
            func write(_ offset: Int64) throws {
                try store.commit(orders: [], offsets: [position: offset])
            }
            try reader.read { connection throws(SQLiteError) in
                try connection.execute("BEGIN; SELECT count(*) FROM offsets")
            }
            for offset in 1...100 as ClosedRange<Int64> { try write(offset) }
            try await eventually("the warning") {
                lines.count("holds the write-ahead log back,") == 1
            }
            try await Task.sleep(for: .milliseconds(20))
            #expect(lines.count("holds the write-ahead log back,") == 1)
            try reader.read { connection throws(SQLiteError) in
                try connection.execute("ROLLBACK")
            }
            try await eventually("the end") { lines.count("no reader holds") == 1 }
            #expect(reason == nil)
        }
    }
}
