import Glibc
import TestSupport
import Testing

@testable import OrderGateway

/// What is done about a reader of the log that is slow, full or gone.
struct LogSinkTests {
    /// A pipe whose writing end is the log.
    private final class Pipe: Sendable {
        let reader: Int32
        let writer: Int32

        init(isBlocking: Bool) throws {
            var ends: [Int32] = [-1, -1]
            try #require(pipe(&ends) == 0)
            (reader, writer) = (ends[0], ends[1])
            try #require(fcntl(reader, F_SETFL, O_NONBLOCK) == 0)
            if !isBlocking { try #require(fcntl(writer, F_SETFL, O_NONBLOCK) == 0) }
        }

        deinit {
            close(reader)
            close(writer)
        }

        /// Everything that has been written and not been read.
        func readAvailable() -> String {
            var text: [UInt8] = []
            var bytes = [UInt8](repeating: 0, count: 64 * 1024)
            while true {
                let count = read(reader, &bytes, bytes.count)
                guard count > 0 else { return String(decoding: text, as: UTF8.self) }
                text += bytes.prefix(count)
            }
        }
    }

    private func line(_ letter: Character, _ count: Int) -> [UInt8] {
        Array((String(repeating: letter, count: count) + "\n").utf8)
    }

    @Test func `a line longer than the pipe is written on as it is read`() async throws {
        let pipe = try Pipe(isBlocking: true)
        let sink = LogSink(descriptor: pipe.writer)
        let long = line("a", 300_000)
        let writing = Task { try await onThread { sink.write(long) } }
        var text = ""
        try await eventually("all of the line") {
            text += pipe.readAvailable()
            return text.utf8.count == long.count
        }
        try await writing.value
        #expect(text.utf8.elementsEqual(long))
    }

    /// With 64 KiB in a pipe, the first line is cut off and the second finds no room at all.
    @Test(.timeLimit(.minutes(1)))
    func `a full pipe costs the lines that do not fit, and only those`() throws {
        let pipe = try Pipe(isBlocking: false)
        let sink = LogSink(descriptor: pipe.writer)
        sink.write(line("a", 100_000))
        sink.write(line("b", 10))
        let first = pipe.readAvailable()
        #expect(!first.isEmpty && first.allSatisfy { $0 == "a" })
        sink.write(line("c", 10))
        sink.write(line("d", 10))
        // What is left of the first stays on a line of its own.
        #expect(pipe.readAvailable() == "\ncccccccccc\ndddddddddd\n")
    }

    @Test(.timeLimit(.minutes(1)))
    func `a descriptor that cannot be written costs the lines`() throws {
        let pipe = try Pipe(isBlocking: true)
        LogSink(descriptor: pipe.reader).write(line("a", 10))
        LogSink(descriptor: -1).write(line("b", 10))
        #expect(pipe.readAvailable().isEmpty)
    }

    @Test func `lines of several threads do not mix`() async throws {
        let pipe = try Pipe(isBlocking: true)
        let sink = LogSink(descriptor: pipe.writer)
        let lines = ["a", "b", "c"].map { line($0, 50_000) }
        let count = lines.reduce(0) { $0 + 5 * $1.count }
        let text = try await withThrowingTaskGroup(of: Void.self) { group in
            for line in lines {
                group.addTask { try await onThread { for _ in 0..<5 { sink.write(line) } } }
            }
            // Without a limit: a writer whose reader gave up would wait for ever.
            let text = try await onThread {
                var text = ""
                while text.utf8.count < count { text += pipe.readAvailable() }
                return text
            }
            try await group.waitForAll()
            return text
        }
        for line in text.split(separator: "\n") {
            #expect(line.utf8.count == 50_000)
            #expect(Set(line).count == 1)
        }
    }
}
