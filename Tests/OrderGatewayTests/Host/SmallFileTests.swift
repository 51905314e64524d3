import Foundation
import Glibc
import TestSupport
import Testing

@testable import OrderGateway

struct SmallFileTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private func problem(_ path: String, wait: Duration = .milliseconds(1)) -> String? {
        do throws(SmallFile.Problem) {
            _ = try SmallFile.read(path, limitBytes: 100, wait: wait)
            return nil
        } catch {
            return error.reason
        }
    }

    @Test func `a file is read as large as it may be`() throws {
        let text = String(repeating: "a", count: 100)
        let path = try folder.write(text, to: "file")
        #expect(try SmallFile.read(path, limitBytes: 100) == Array(text.utf8))
        try folder.write(text + "a", to: "file")
        #expect(problem(path) == "it is larger than 100 bytes")
    }

    @Test(.timeLimit(.minutes(1)))
    func `what is no file, or never ends, is refused`() throws {
        #expect(problem(folder.path) == "it is a folder")
        #expect(problem("/dev/zero") == "it is larger than 100 bytes")
        #expect(problem(folder.path("none")) == "it cannot be read: No such file or directory")
    }

    @Test(.timeLimit(.minutes(1)))
    func `a FIFO is not waited for without end`() throws {
        let path = folder.path("fifo")
        try #require(mkfifo(path, 0o600) == 0)
        // Nobody has come to write.
        #expect(problem(path) == "it says nothing: a pipe that nobody writes to?")
        // Somebody could, and does not.
        let writer = open(path, O_RDWR | O_CLOEXEC)
        defer { close(writer) }
        #expect(problem(path) == "it says nothing: a pipe that nobody writes to?")
    }

    @Test func `the first writer of a FIFO is waited for`() async throws {
        let path = folder.path("fifo")
        try #require(mkfifo(path, 0o600) == 0)
        let reading = Task { try await onThread { try SmallFile.read(path, wait: .seconds(60)) } }
        // Opens only once the reader is there.
        try await onThread {
            let writer = open(path, O_WRONLY | O_CLOEXEC)
            defer { close(writer) }
            try #require(Glibc.write(writer, "abc", 3) == 3)
        }
        #expect(try await reading.value == Array("abc".utf8))
    }

    @Test func `a FIFO whose writer has nothing to say is empty`() async throws {
        let path = folder.path("fifo")
        try #require(mkfifo(path, 0o600) == 0)
        let reading = Task { try await onThread { try SmallFile.read(path, wait: .seconds(60)) } }
        try await onThread { _ = close(open(path, O_WRONLY | O_CLOEXEC)) }
        #expect(try await reading.value.isEmpty)
    }

    @Test func `what comes through a FIFO is read to its end`() async throws {
        let path = folder.path("fifo")
        try #require(mkfifo(path, 0o600) == 0)
        let holder = open(path, O_RDWR | O_CLOEXEC)
        let reading = Task { try await onThread { try SmallFile.read(path, wait: .seconds(60)) } }
        for _ in 0..<3 { try #require(Glibc.write(holder, "abc", 3) == 3) }
        try await eventually("the reader to take it") {
            var unread: Int32 = -1
            return ioctl(holder, UInt(FIONREAD), &unread) == 0 && unread == 0
        }
        close(holder)
        let content = try await reading.value
        #expect(content == Array("abcabcabc".utf8))
    }
}
