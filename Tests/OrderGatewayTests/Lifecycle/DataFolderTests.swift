import Foundation
import Orders
import SQLiteStore
import TestSupport
import Testing
import Text

@testable import OrderGateway

struct DataFolderTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private func open(_ path: String? = nil) throws(DataFolderError) -> DataFolder {
        try DataFolder(path ?? folder.path, random: RandomSource(), clock: .system)
    }

    // MARK: The lock

    @Test func `a folder is for one gateway at a time`() throws {
        let first = try open()
        #expect(throws: DataFolderError.inUse(folder: folder.path)) { try open() }
        withExtendedLifetime(first) {}
    }

    @Test func `a folder is free when its gateway is gone`() throws {
        _ = try open()
        #expect(throws: Never.self) { try open() }
    }

    @Test func `a copy of its descriptor, such as a child gets, does not keep the lock`() throws {
        let lockPath = folder.path("lock")
        var first: DataFolder? = try open()
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
        withExtendedLifetime(first) {}
        first = nil
        #expect(throws: Never.self) { try open() }
    }

    @Test func `a folder that another process has is refused until that has ended`() async throws {
        let lock = try folder.write("", to: "lock")
        let other = try ChildProcess("flock", [lock, "--command", "echo waiting; sleep 600"])
        try await other.waitForOutput(containing: "waiting")
        #expect(throws: DataFolderError.inUse(folder: folder.path)) { try open() }
        other.kill()
        try await other.waitForExit()
        #expect(throws: Never.self) { try open() }
    }

    @Test func `the lock lasts until the store in the folder is gone, even when it is closed`()
        async throws
    {
        let arguments = ["--nonblock", "--conflict-exit-code", "7", folder.path("lock"), "true"]
        do {
            let store = try SQLiteOrderStore(folder: folder.path, keeping: open())
            #expect(try await ChildProcess.run("flock", arguments).exitCode == 7)
            try store.close()
            #expect(try await ChildProcess.run("flock", arguments).exitCode == 7)
            withExtendedLifetime(store) {}
        }
        #expect(try await ChildProcess.run("flock", arguments).exitCode == 0)
    }

    @Test func `a store that could not be opened keeps no lock`() throws {
        try folder.write("this is no database, but long enough to look at", to: "orders.sqlite")
        for _ in 0..<2 {
            let locked = try open()
            #expect(throws: (any Error).self) {
                try SQLiteOrderStore(folder: folder.path, keeping: locked)
            }
        }
    }

    // MARK: The replica

    @Test func `a folder's replica keeps its id, and another folder has another`() throws {
        let id = try open(folder.path("a")).replicaID
        #expect(try open(folder.path("a")).replicaID == id)
        #expect(try open(folder.path("b")).replicaID != id)
    }

    @Test func `a folder of the previous release keeps its replica's id`() throws {
        let id = "4f4d8b36-3c2a-4b0e-9d1f-6f0d8f3b2a11"
        try folder.write("\(id)\n", to: "lock")
        #expect(try open().replicaID.description == id)
    }

    @Test func `a replica's id that was half written is drawn anew`() throws {
        try folder.write("01a209a9-6034-7b70-bbc9-42aee", to: "lock")
        let id = try open().replicaID
        #expect(try open().replicaID == id)
    }

    // MARK: The folder

    @Test func `a nested folder is made`() throws {
        _ = try open(folder.path("a/b//c/"))
        #expect(FileManager.default.fileExists(atPath: folder.path("a/b/c/lock")))
    }

    @Test func `a folder that is a file is named`() throws {
        let path = try folder.write("", to: "file")
        for folder in [path, "\(path)/below"] {
            let error = try #require(throws: DataFolderError.self) { try open(folder) }
            guard case .notAccessible(let named, let reason) = error else {
                Issue.record(error)
                continue
            }
            #expect(named.hasPrefix(path))
            #expect(reason == "Not a directory")
            #expect(error.description == "\(named): Not a directory")
        }
    }

    @Test func `what a person is told names what to mend`() {
        #expect(
            DataFolderError.inUse(folder: "/data").description
                == "the folder /data is in use by another gateway; each needs one of its own"
        )
    }
}
