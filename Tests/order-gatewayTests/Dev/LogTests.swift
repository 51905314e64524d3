import Foundation
import Glibc
import TestSupport
import Testing

/// A log that nobody takes: it holds up nothing, and what is lost is counted.
struct LogTests {
    private static let debug = ["--no-inventory", "--log-level", "debug"]
    /// In a pipe of the usual size (pipe(7)), less what each page may leave: a line has room in one or none.
    private static let fullBytes = 56 * 1024

    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private var pipe: String { folder.path("log") }

    /// What a shell does so that the log is a pipe with room for 64 KiB that nobody reads.
    ///
    /// Opened for both, a FIFO waits for nobody (fifo(7)).
    private var unread: String { "mkfifo '\(pipe)' && exec 2<>'\(pipe)'" }

    /// Orders and health are answered.
    private func expectService(_ gateway: GatewayProcess) async throws {
        for _ in 0..<5 { try await gateway.view(of: try await gateway.place()) }
        #expect(try await gateway.get("/healthz").status == 200)
        #expect(try await gateway.get("/readyz").status == 200)
    }

    @Test(.timeLimit(.minutes(2)))
    func `a log that nobody reads holds up nothing, and tells later what was lost`() async throws {
        let gateway = try await GatewayProcess.dev(Self.debug, after: unread)
        let reader = try openReader()
        defer { close(reader) }
        // A line each, of more than 250 bytes with what it costs besides: more than there is room for.
        let refusals = 6_000
        try await refuse(refusals, gateway)
        try await eventually("a full pipe") { unreadBytes(reader) >= Self.fullBytes }
        try await expectService(gateway)

        let log = Task { try await onThread { readAll(reader) } }
        try await expectService(gateway)
        #expect(try await gateway.stop() == 0)
        let lines = try await log.value.split(separator: "\n")
        #expect(lines.first?.contains(" info version commit=") == true)
        #expect(lines.last?.contains(" info producer closed ") == true)
        let lost = lines.compactMap { line in
            line.split(separator: " warning lines of the log were lost count=").dropFirst().first
                .flatMap { Int($0) }
        }
        #expect(!lost.isEmpty)
        let written = lines.count { $0.contains(" debug order refused ") }
        #expect(written < refusals)
        #expect(written + lost.reduce(0, +) >= refusals)
    }

    /// Sends what are no orders, many at a time.
    private func refuse(_ count: Int, _ gateway: GatewayProcess) async throws {
        try await onThread {
            let connection = try RawConnection(port: gateway.port)
            let request = "POST /orders HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}"
            let batch = 100
            for _ in 0..<count / batch {
                try connection.send(String(repeating: request, count: batch))
                for _ in 0..<batch { _ = try connection.receiveReply() }
            }
            connection.close()
        }
    }

    private func openReader() throws -> Int32 {
        let reader = open(pipe, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        try #require(reader >= 0)
        return reader
    }

    @Test(.timeLimit(.minutes(2)))
    func `a log that nobody reads does not hold up the stop`() async throws {
        let gateway = try await GatewayProcess.dev(Self.debug, after: unread)
        let reader = try openReader()
        defer { close(reader) }
        try await refuse(1_000, gateway)
        try await eventually("a full pipe") { unreadBytes(reader) >= Self.fullBytes }
        #expect(try await gateway.stop() == 0)
    }

    /// And not by SIGPIPE, which is not ignored yet.
    @Test(.timeLimit(.minutes(2)))
    func `a wrong usage ends it, be the error read or not`() async throws {
        let full = "\(unread) && head -c 65536 /dev/zero >&2"
        let gone = "mkfifo '\(pipe)2' && { true <'\(pipe)2' & } && exec 2>'\(pipe)2' && wait"
        for script in [full, gone] {
            let process = try orderGateway(["dev", "--http-port", "x"], after: script)
            #expect(try await process.waitForExit() == 64)
        }
    }

    @Test(arguments: ["exec 2>/dev/full", "exec 2>&-"])
    func `a log that cannot be written holds up nothing`(_ script: String) async throws {
        let gateway = try await GatewayProcess.dev(Self.debug, after: script)
        try await expectService(gateway)
        #expect(try await gateway.stop() == 0)
        let process = try orderGateway(["dev", "--http-port", "x"], after: script)
        #expect(try await process.waitForExit() == 64)
    }

    @Test func `a stop loses no line, and their order is kept`() async throws {
        let gateway = try await GatewayProcess.dev(["--no-inventory", "--log-level", "debug"])
        var ids: [String] = []
        for _ in 0..<50 { ids.append(try await gateway.place()) }
        #expect(try await gateway.stop() == 0)
        let lines = gateway.process.errorOutput.split(separator: "\n")
        let accepted = lines.filter { $0.contains(" debug Event published ") }
        #expect(accepted.count == ids.count)
        for (line, id) in zip(accepted, ids) { #expect(line.contains("order_id=\(id)")) }
        #expect(lines.last?.contains("info producer closed") == true, "\(gateway.process.report)")
    }

    // MARK: What the first line says

    @Test func `the number of event loops follows CPU affinity`() async throws {
        let gateway = try await GatewayProcess.dev(
            ["--no-inventory"],
            after: "taskset --pid --cpu-list \(try oneProcessor()) $$ >/dev/null"
        )
        #expect(gateway.process.errorOutput.contains("info starting because="))
        #expect(gateway.process.errorOutput.contains(" event_loops=1\n"))
        #expect(loops(of: gateway) == 1)
        #expect(try await gateway.stop() == 0)
    }

    @Test func `the number of event loops can be set`() async throws {
        let gateway = try await GatewayProcess.dev(["--no-inventory", "--event-loops", "3"])
        #expect(
            gateway.process.errorOutput
                .contains(#"info starting because="--event-loops says so" event_loops=3"#)
        )
        #expect(loops(of: gateway) == 3)
        #expect(try await gateway.stop() == 0)
    }

    /// Its threads have names.
    private func loops(of gateway: GatewayProcess) -> Int {
        let tasks = "/proc/\(gateway.process.processID)/task"
        let threads = (try? FileManager.default.contentsOfDirectory(atPath: tasks)) ?? []
        let names = threads.map {
            (try? String(contentsOfFile: "\(tasks)/\($0)/comm", encoding: .utf8)) ?? ""
        }
        return names.count { $0.hasPrefix("http-") }
    }

    /// The number of a processor that this process may use.
    private func oneProcessor() throws -> String {
        let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let line = try #require(
            status.split(separator: "\n").first { $0.hasPrefix("Cpus_allowed_list:") }
        )
        return String(line.split(separator: "\t")[1].prefix { $0.isNumber })
    }
}

/// How much is in a pipe (FIONREAD of tty_ioctl(2)).
private func unreadBytes(_ descriptor: Int32) -> Int {
    var count: Int32 = 0
    return ioctl(descriptor, UInt(FIONREAD), &count) == 0 ? Int(count) : 0
}

/// Reads until nobody can write any more.
private func readAll(_ descriptor: Int32) -> String {
    var text: [UInt8] = []
    var bytes = [UInt8](repeating: 0, count: 64 * 1024)
    var state = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    while poll(&state, 1, -1) >= 0 {
        let count = read(descriptor, &bytes, bytes.count)
        if count == 0 { break }
        text += bytes.prefix(max(0, count))
    }
    return String(decoding: text, as: UTF8.self)
}
