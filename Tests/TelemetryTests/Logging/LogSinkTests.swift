import Glibc
import TestSupport
import Testing

@testable import Telemetry

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

        /// The writing end of a pipe without the other.
        func withoutReader() -> Int32 {
            var ends: [Int32] = [-1, -1]
            guard pipe(&ends) == 0 else { return -1 }
            close(ends[0])
            return ends[1]
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

    /// A sink that tells of loss as `lost: 3`.
    private func write(_ line: [UInt8], to sink: LogSink) {
        sink.write(line, aboutLoss: { Array("lost: \($0)\n".utf8) })
    }

    @Test func `a line longer than the pipe is written on as it is read`() async throws {
        let pipe = try Pipe(isBlocking: true)
        let sink = LogSink(descriptor: pipe.writer)
        let long = line("a", 300_000)
        sink.write(long)
        var text = ""
        try await eventually("all of the line") {
            text += pipe.readAvailable()
            return text.utf8.count == long.count
        }
        #expect(text.utf8.elementsEqual(long))
        #expect(sink.flush(within: .seconds(30)))
    }

    /// With 64 KiB in a pipe, the first line is cut off and the second finds no room at all.
    @Test(.timeLimit(.minutes(1)))
    func `a pipe that takes no more costs the lines that do not fit, and only those`() throws {
        let pipe = try Pipe(isBlocking: false)
        let sink = LogSink(descriptor: pipe.writer)
        write(line("a", 100_000), to: sink)
        write(line("b", 10), to: sink)
        try #require(sink.flush(within: .seconds(30)))
        let first = pipe.readAvailable()
        #expect(!first.isEmpty && first.allSatisfy { $0 == "a" })
        write(line("c", 10), to: sink)
        write(line("d", 10), to: sink)
        try #require(sink.flush(within: .seconds(30)))
        // What is left of the first stays on a line of its own.
        #expect(pipe.readAvailable() == "\nlost: 2\ncccccccccc\ndddddddddd\n")
    }

    /// Nobody reads: who writes lines waits for nothing, and what there is no room for is counted.
    @Test(.timeLimit(.minutes(1)))
    func `a full pipe holds nobody up, and tells of what was lost`() async throws {
        let pipe = try Pipe(isBlocking: true)
        let sink = LogSink(descriptor: pipe.writer)
        let count = 4_000
        for number in 0..<count {
            write(Array("\(number) \(String(repeating: "x", count: 1_000))\n".utf8), to: sink)
        }
        #expect(!sink.flush(within: .milliseconds(10)))
        var text = ""
        try await eventually("the number of lost lines") {
            text += pipe.readAvailable()
            return text.contains("lost: ") && text.hasSuffix("\n")
        }
        let lines = text.split(separator: "\n")
        let written = lines.dropLast().map { String($0.prefix { $0 != " " }) }
        #expect(written == (0..<written.count).map(String.init))
        #expect(written.count > 1_000)
        #expect(lines.last.map(String.init) == "lost: \(count - written.count)")
        #expect(sink.lostLineCount == count - written.count)
        // It goes on, and is told once.
        write(Array("next\n".utf8), to: sink)
        #expect(sink.flush(within: .seconds(30)))
        #expect(pipe.readAvailable() == "next\n")
    }

    /// Nobody reads, and another log's lines come without end.
    @Test(.timeLimit(.minutes(1)))
    func `minor lines leave half of the queue to the others`() throws {
        let pipe = try Pipe(isBlocking: true)
        let sink = LogSink(descriptor: pipe.writer)
        for _ in 0..<2_000 { sink.write(line("m", 1_000), isMinor: true) }
        let lost = sink.lostLineCount
        #expect(lost > 1_000)
        for _ in 0..<400 { write(line("w", 1_000), to: sink) }
        #expect(sink.lostLineCount == lost)
        sink.write(line("m", 1_000), isMinor: true)
        #expect(sink.lostLineCount == lost + 1)
        // Only now, because the writer waits for the reader.
        while !sink.flush(within: .milliseconds(1)) { _ = pipe.readAvailable() }
    }

    @Test(.timeLimit(.minutes(1)))
    func `a line after lost ones comes behind their number`() async throws {
        let pipe = try Pipe(isBlocking: true)
        let sink = LogSink(descriptor: pipe.writer)
        let large = line("x", 400_000)
        for _ in 0..<6 { write(large, to: sink) }
        var text = ""
        // When there is room again, before the writer has come to the end.
        try await eventually("room") {
            text += pipe.readAvailable()
            return text.utf8.count > 450_000
        }
        write(Array("small\n".utf8), to: sink)
        try await eventually("the last line") {
            text += pipe.readAvailable()
            return text.hasSuffix("small\n")
        }
        #expect(text.hasSuffix("x\nlost: 4\nsmall\n"))
        #expect(sink.flush(within: .seconds(30)))
    }

    /// A disk that is full, a reader that is gone, a closed descriptor: and one day it is another.
    @Test(.timeLimit(.minutes(1)), arguments: ["full", "gone", "reading end"])
    func `what a descriptor does not take is counted until it takes lines again`(
        _ state: String
    ) throws {
        let pipe = try Pipe(isBlocking: true)
        let gone = try Pipe(isBlocking: true)
        let descriptor =
            switch state {
            case "full": open("/dev/full", O_WRONLY | O_CLOEXEC)
            case "gone": gone.withoutReader()
            default: dup(gone.reader)
            }
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        let sink = LogSink(descriptor: descriptor)
        for _ in 0..<3 {
            write(line("a", 10), to: sink)
            try #require(sink.flush(within: .seconds(30)))
        }
        try #require(dup2(pipe.writer, descriptor) == descriptor)
        write(line("b", 3), to: sink)
        try #require(sink.flush(within: .seconds(30)))
        #expect(pipe.readAvailable() == "lost: 3\nbbb\n")
        #expect(sink.lostLineCount == 3)
    }

    @Test(.timeLimit(.minutes(1)))
    func `a descriptor that is none costs the lines`() throws {
        let sink = LogSink(descriptor: -1)
        sink.write(line("b", 10))
        #expect(sink.flush(within: .seconds(30)))
    }

    @Test func `everything is written when the sink is given up`() async throws {
        let pipe = try Pipe(isBlocking: true)
        var sink: LogSink? = LogSink(descriptor: pipe.writer)
        let all = (0..<500).map { "\($0)\n" }
        for line in all { sink?.write(Array(line.utf8)) }
        sink = nil
        var text = ""
        try await eventually("all lines") {
            text += pipe.readAvailable()
            return text == all.joined()
        }
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
        #expect(sink.flush(within: .seconds(30)))
    }
}
