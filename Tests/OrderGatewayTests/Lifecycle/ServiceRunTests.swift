import Glibc
import Synchronization
import TestSupport
import Testing

@testable import OrderGateway
@testable import Telemetry
@testable import OrderStreams

@Suite(.timeLimit(.minutes(5)))
struct ServiceRunTests {
    /// What happened, in its order.
    private final class Journal: Sendable {
        private let lines = Mutex<[String]>([])

        var all: [String] { lines.withLock { $0 } }

        func note(_ line: String) { lines.withLock { $0.append(line) } }
    }

    private struct Fault: Error, Equatable {
        let name: String
    }

    /// Does what a test says while it runs and when it is stopped.
    private struct TestService: Service {
        let name: String
        let journal: Journal
        var whileRunning: @Sendable () async throws -> Void = { await untilCancelled() }
        var whenStopped: @Sendable () async throws -> Void = {}

        func run() async throws {
            journal.note("\(name) starts")
            defer { journal.note("\(name) has ended") }
            try await whileRunning()
            journal.note("\(name) stops")
            // Others that were asked to stop as well would have their turn meanwhile. Only a few
            // turns: each waits for all other tests that run.
            for _ in 0..<10 { await Task.yield() }
            try await whenStopped()
        }
    }

    private let journal = Journal()
    private let ends = Journal()

    private func service(
        _ name: String,
        whileRunning: @escaping @Sendable () async throws -> Void = { await untilCancelled() },
        whenStopped: @escaping @Sendable () async throws -> Void = {}
    ) -> any Service {
        TestService(
            name: name,
            journal: journal,
            whileRunning: whileRunning,
            whenStopped: whenStopped
        )
    }

    private func signals() async -> StopSignals {
        await StopSignals([], end: { [ends] in ends.note("\($0)") })
    }

    private func logger(_ lines: Journal = Journal()) -> Logger {
        Logger(
            label: "test",
            format: .text,
            sink: LogSink { lines.note(String(decoding: $0.dropLast(), as: UTF8.self)) }
        )
    }

    private func run(
        _ services: [any Service],
        _ signals: StopSignals,
        limit: Duration = .seconds(600),
        delay: DrainDelay? = nil,
        logger: Logger? = nil
    ) async throws {
        try await ServiceRun.run(
            services,
            signals: signals,
            delay: delay,
            patience: limit,
            margin: .zero,
            logger: logger ?? self.logger()
        )
    }

    private var allStopped: [String] {
        [
            "a starts", "b starts", "c starts", "c stops", "c has ended", "b stops", "b has ended",
            "a stops", "a has ended",
        ]
    }

    /// Runs three services, and does something once all have started.
    private func runThree(_ body: @Sendable (StopSignals) async -> Void) async throws {
        let signals = await signals()
        let services = ["a", "b", "c"].map { service($0) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await run(services, signals) }
            try await eventually("all to have started") { journal.all.count == 3 }
            await body(signals)
            try await group.waitForAll()
        }
    }

    @Test(arguments: [SIGTERM, SIGINT])
    func `they start in order and stop in reverse, each awaited`(_ signal: Int32) async throws {
        try await runThree { $0.receive(signal) }
        #expect(journal.all == allStopped)
        #expect(ends.all.isEmpty)
    }

    @Test func `a run that is cancelled stops them likewise`() async throws {
        let signals = await signals()
        let services = ["a", "b", "c"].map { service($0) }
        let task = Task { try await run(services, signals) }
        try await eventually("all to have started") { journal.all.count == 3 }
        task.cancel()
        try await task.value
        #expect(journal.all == allStopped)
    }

    @Test func `after a signal that came before, none starts`() async throws {
        let signals = await signals()
        signals.receive(SIGTERM)
        let lines = Journal()
        try await run([service("a")], signals, logger: logger(lines))
        #expect(journal.all.isEmpty)
        #expect(lines.all.map { $0.dropFirst(25) } == ["info stopping signal=SIGTERM"])
    }

    @Test func `a signal while they start stops them all`() async throws {
        let signals = await signals()
        let first = service("a") {
            signals.receive(SIGTERM)
            await untilCancelled()
        }
        try await run([first, service("b")], signals)
        let end = ["b stops", "b has ended", "a stops", "a has ended"]
        #expect(journal.all == ["a starts", "b starts"] + end)
    }

    @Test func `the log says which signal stopped it`() async throws {
        let signals = await signals()
        let lines = Journal()
        let only = service("a") {
            signals.receive(SIGINT)
            await untilCancelled()
        }
        try await run([only], signals, logger: logger(lines))
        #expect(lines.all.map { $0.dropFirst(25) } == ["info stopping signal=SIGINT"])
    }

    @Test func `a signal without effect is a line of the log`() async throws {
        let signals = await signals()
        let lines = Journal()
        let only = service("a") {
            signals.note(SIGHUP)
            signals.receive(SIGTERM)
            await untilCancelled()
        }
        try await run([only], signals, logger: logger(lines))
        #expect(lines.all.first?.dropFirst(25) == "notice a signal without effect signal=SIGHUP")
    }

    // MARK: The drain delay

    /// Announces into the journal.
    private func delay(_ duration: Duration) throws -> DrainDelay {
        let delay = DrainDelay(duration) { [journal] in journal.note("announced") }
        return try #require(delay)
    }

    @Test func `a stop begins when the delay is over`() async throws {
        let signals = await signals()
        let delay = try delay(.milliseconds(20))
        let only = service("a") {
            signals.receive(SIGTERM)
            await untilCancelled()
        }
        try await run([only], signals, delay: delay)
        #expect(journal.all == ["a starts", "announced", "a stops", "a has ended"])
        #expect(ends.all.isEmpty)
    }

    @Test func `a second signal ends the delay, and a third one the process`() async throws {
        let signals = await signals()
        let delay = try delay(.seconds(3600))
        let lines = Journal()
        let only = service("a") {
            signals.receive(SIGTERM)
            await untilCancelled()
        } whenStopped: {
            signals.receive(SIGTERM)
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await run([only], signals, delay: delay, logger: logger(lines))
            }
            try await eventually("the announcement") { journal.all.contains("announced") }
            #expect(ends.all.isEmpty)
            signals.receive(SIGINT)
            try await group.waitForAll()
        }
        #expect(journal.all == ["a starts", "announced", "a stops", "a has ended"])
        #expect(ends.all == ["143"])
        let told = lines.all.map { $0.dropFirst(25) }
        #expect(told.first?.hasPrefix("info about to stop") == true)
        #expect(told.dropFirst().first == "info stopping signal=SIGINT")
    }

    @Test func `a service that fails during the delay ends it`() async throws {
        let signals = await signals()
        let delay = try delay(.seconds(3600))
        let (gate, open) = AsyncStream.makeStream(of: Void.self)
        let failing = service("b") {
            for await _ in gate {}
            throw Fault(name: "b")
        }
        let first = service("a") {
            signals.receive(SIGTERM)
            await untilCancelled()
        }
        await #expect(throws: Fault(name: "b")) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await run([first, failing], signals, delay: delay) }
                try await eventually("the announcement") { journal.all.contains("announced") }
                open.finish()
                try await group.waitForAll()
            }
        }
        #expect(journal.all.suffix(2) == ["a stops", "a has ended"])
    }

    @Test func `without a delay there is none`() {
        #expect(DrainDelay(.zero) {} == nil)
    }

    // MARK: Ends that nobody asked for

    @Test func `one that throws ends the others, and its error is thrown`() async throws {
        let signals = await signals()
        let lines = Journal()
        let services = [
            service("a"), service("b") { throw Fault(name: "b") }, service("c"),
        ]
        await #expect(throws: Fault(name: "b")) {
            try await run(services, signals, logger: logger(lines))
        }
        #expect(journal.all.suffix(4) == ["c stops", "c has ended", "a stops", "a has ended"])
        let line =
            "error service failed, so the others stop: correct the error and start again"
            + #" error="Fault(name: \"b\")" service=b"#
        #expect(lines.all.map { $0.dropFirst(25) } == [line[...]])
    }

    @Test func `one that ends unasked ends the others, and that is an error`() async throws {
        let signals = await signals()
        let services = [service("a"), service("b") {}, service("c")]
        await #expect(throws: ServiceError.endedUnasked("b")) { try await run(services, signals) }
        #expect(journal.all.suffix(4) == ["c stops", "c has ended", "a stops", "a has ended"])
    }

    @Test func `a cancellation that nobody asked for is an end unasked`() async throws {
        let signals = await signals()
        let only = service("a") { throw CancellationError() }
        await #expect(throws: ServiceError.endedUnasked("a")) { try await run([only], signals) }
    }

    @Test func `the end of one that was asked may be a cancellation`() async throws {
        let signals = await signals()
        let only = service("a") {
            signals.receive(SIGTERM)
            try await Task.sleep(for: .seconds(3600))
        }
        try await run([only], signals)
        #expect(journal.all == ["a starts", "a has ended"])
    }

    @Test func `of several errors the first is thrown and all are logged`() async throws {
        let signals = await signals()
        let lines = Journal()
        let services = [
            service("a", whenStopped: { throw Fault(name: "a") }),
            service("b") { throw Fault(name: "b") },
            service("c", whenStopped: { throw Fault(name: "c") }),
        ]
        await #expect(throws: Fault(name: "b")) {
            try await run(services, signals, logger: logger(lines))
        }
        let named = lines.all.map { $0.split(separator: " ").last.map(String.init) }
        #expect(named == ["service=b", "service=c", "service=a"])
    }

    @Test func `an error while stopping is thrown`() async throws {
        let signals = await signals()
        let services = [
            service("a"),
            service("b", whenStopped: { throw Fault(name: "b") }),
            service("c") {
                signals.receive(SIGTERM)
                await untilCancelled()
            },
        ]
        await #expect(throws: Fault(name: "b")) { try await run(services, signals) }
        #expect(journal.all.suffix(2) == ["a stops", "a has ended"])
    }

    // MARK: Stops that do not come to an end

    @Test func `a stop that takes too long is an error that names who is left`() async throws {
        let signals = await signals()
        let lines = Journal()
        let (gate, open) = AsyncStream.makeStream(of: Void.self)
        let hanging: @Sendable () async -> Void = {
            await shieldedFromCancellation { for await _ in gate {} }
        }
        let services = [
            service("a"),
            service(
                "b",
                whileRunning: {
                    signals.receive(SIGTERM)
                    await untilCancelled()
                },
                whenStopped: hanging
            ),
        ]
        let limit = Duration.milliseconds(200)
        await #expect(throws: ServiceError.overdue(["b", "a"], limit: limit)) {
            try await run(services, signals, limit: limit, logger: logger(lines))
        }
        let line =
            "error the stop took too long: look at what these services wait for, or raise"
            + #" --shutdown-timeout services="b a""#
        #expect(lines.all.last?.dropFirst(25) == line[...])
        // What is left may be in the way of the usual end.
        try await eventually("the process to be ended") { ends.all == ["75"] }
        open.finish()
        try await eventually("those left to end") {
            journal.all.count { $0.hasSuffix("has ended") } == services.count
        }
    }

    @Test func `a second signal ends it while it stops`() async throws {
        let signals = await signals()
        let lines = Journal()
        let only = service(
            "a",
            whileRunning: {
                signals.receive(SIGTERM)
                await untilCancelled()
            },
            whenStopped: { signals.receive(SIGINT) }
        )
        signals.beforeEnding { [ends] in ends.note("tidied up") }
        try await run([only], signals, logger: logger(lines))
        #expect(ends.all == ["tidied up", "\(128 + SIGINT)"])
        #expect(lines.all.last?.dropFirst(25) == "warning second signal: ending at once")
    }
}
