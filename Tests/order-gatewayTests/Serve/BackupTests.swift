import Foundation
import TestSupport
import Testing

/// Backup and restore of the data folder, as docs/operating.md describes them.
@Suite(.enabled(if: EndToEndBroker.isAvailable))
struct BackupTests {
    /// The command in the documentation; it is run in the data folder.
    private static let command = #"sqlite3 -readonly orders.sqlite "VACUUM INTO 'backup.sqlite'""#

    private let folder: TemporaryFolder
    private var data: String { folder.path("data") }

    init() throws {
        folder = try TemporaryFolder()
    }

    private func backUp() async throws {
        let ending = try await ChildProcess.run(
            "/bin/sh",
            ["-c", "cd '\(data)' && \(Self.command)"]
        )
        #expect(ending.exitCode == 0, "\(ending.errorOutput)")
    }

    /// Puts the copy in the place of the database, while the gateway is stopped.
    private func restore() throws {
        for suffix in ["", "-wal", "-shm"] {
            try? FileManager.default.removeItem(atPath: "\(data)/orders.sqlite\(suffix)")
        }
        try FileManager.default.moveItem(
            atPath: "\(data)/backup.sqlite",
            toPath: "\(data)/orders.sqlite"
        )
    }

    @Test func `the documentation has the command`() throws {
        #expect(try Repository.text(of: "docs/operating.md").contains("    \(Self.command)\n"))
    }

    @Test(.timeLimit(.minutes(3)))
    func `a copy of a running gateway, restored later, catches up from its own offsets`()
        async throws
    {
        try await withBroker { broker in
            var orders: [String] = []
            var offsets: [String: Int] = [:]
            try await withServe(broker, dataDir: data) { gateway in
                for _ in 0..<20 { orders.append(try await gateway.place()) }
                for id in orders { try await gateway.view(of: id) }
                // GET sees an order before it is committed.
                try await eventually("all orders in the database") {
                    try await Database(folder: data).number("SELECT count(*) FROM orders") == 20
                }
                try await backUp()
                for _ in 0..<20 { orders.append(try await gateway.place()) }
                for id in orders { try await gateway.view(of: id) }
            }
            offsets = try await Database(folder: data).offsets()
            try restore()
            #expect(try await Database(folder: data).number("SELECT count(*) FROM orders") == 20)
            try await withServe(broker, dataDir: data) { gateway in
                for id in orders { try await gateway.view(of: id) }
            }
            #expect(try await Database(folder: data).number("SELECT count(*) FROM orders") == 40)
            #expect(try await Database(folder: data).offsets() == offsets)
        }
    }
}
