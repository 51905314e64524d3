import Dispatch
import Glibc
import Synchronization
import TestSupport
import Testing

@testable import OrderGateway
@testable import Telemetry

struct StopSignalsTests {
    /// What would have ended the process.
    private final class Ends: Sendable {
        private let codes = Mutex<[Int32]>([])

        var all: [Int32] { codes.withLock { $0 } }

        func record(_ code: Int32) { codes.withLock { $0.append(code) } }
    }

    private let ends = Ends()

    /// Signals that only the test sends.
    private func signals() async -> StopSignals {
        await StopSignals([], end: { [ends] in ends.record($0) })
    }

    private func asked(_ signals: StopSignals) -> @Sendable () -> [Int32] {
        let asked = Ends()
        signals.whenAsked { asked.record($0) }
        return { asked.all }
    }

    @Test func `the first signal asks to stop`() async {
        let signals = await signals()
        let asked = asked(signals)
        #expect(asked().isEmpty)
        #expect(signals.first == nil)
        signals.receive(SIGINT)
        #expect(asked() == [SIGINT])
        #expect(signals.first == SIGINT)
        #expect(ends.all.isEmpty)
    }

    @Test func `a signal that came before anyone asked is kept`() async {
        let signals = await signals()
        signals.receive(SIGTERM)
        #expect(asked(signals)() == [SIGTERM])
        #expect(ends.all.isEmpty)
    }

    @Test(arguments: [(SIGTERM, 143), (SIGINT, 130)] as [(Int32, Int32)])
    func `the second signal tidies up and ends with 128 and its number`(
        _ second: Int32,
        _ code: Int32
    ) async {
        let signals = await signals()
        let tidied = Ends()
        signals.beforeEnding { tidied.record(1) }
        signals.beforeEnding { tidied.record(2) }
        let asked = asked(signals)
        signals.receive(SIGTERM)
        #expect(tidied.all.isEmpty)
        signals.receive(second)
        #expect(tidied.all == [1, 2])
        #expect(ends.all == [code])
        #expect(asked() == [SIGTERM])
    }

    @Test func `a second signal is told while there is a delay, and the third ends`() async {
        let signals = await signals()
        let asked = Ends()
        signals.whenAsked(delaying: true) { asked.record($0) }
        signals.receive(SIGTERM)
        signals.receive(SIGINT)
        #expect(asked.all == [SIGTERM, SIGINT])
        #expect(ends.all.isEmpty)
        signals.receive(SIGTERM)
        #expect(asked.all == [SIGTERM, SIGINT])
        #expect(ends.all == [143])
    }

    @Test func `once the delay is over the second signal ends`() async {
        let signals = await signals()
        let asked = Ends()
        signals.whenAsked(delaying: true) { asked.record($0) }
        signals.receive(SIGTERM)
        signals.delayIsOver()
        signals.receive(SIGTERM)
        #expect(asked.all == [SIGTERM])
        #expect(ends.all == [143])
    }

    @Test func `a signal without effect is told, and neither asks nor ends`() async {
        let signals = await signals()
        let noted = Ends()
        let asked = asked(signals)
        signals.note(SIGHUP)
        signals.whenNoted { noted.record($0) }
        signals.note(SIGHUP)
        signals.note(SIGHUP)
        #expect(noted.all == [SIGHUP, SIGHUP])
        #expect(asked().isEmpty)
        #expect(signals.first == nil)
        #expect(ends.all.isEmpty)
    }

    /// signal(7), "Standard signals": `Term` and `Core`, but for faults and what cannot be handled.
    @Test func `the table has every signal that would end the process unasked`() {
        let faults = [
            SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGKILL, SIGSEGV, SIGSYS, SIGTRAP,
        ]
        let harmless = [
            SIGCHLD, SIGCONT, SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU, SIGURG, SIGWINCH,
        ]
        // 32 and 33 are the C library's.
        let others = Set(1...64 as ClosedRange<Int32>).subtracting(faults + harmless + [32, 33])
        let numbers = SignalEffect.table.map(\.number)
        #expect(Set(numbers) == others)
        #expect(Set(numbers).count == numbers.count)
    }

    @Test(.timeLimit(.minutes(1)))
    func `tidying up that hangs does not hold up the end`() async throws {
        let signals = await signals()
        let gate = DispatchSemaphore(value: 0)
        signals.beforeEnding { gate.wait() }
        signals.receive(SIGTERM)
        try await onThread { signals.receive(SIGTERM) }
        #expect(ends.all == [143])
        gate.signal()
    }

    /// SIGUSR2, which nothing else in this process uses.
    @Test func `a signal that is sent as soon as they are there is received`() async throws {
        let rows = [SignalEffect.Row(SIGUSR2, "SIGUSR2", .stop)]
        let signals = await StopSignals(rows, end: { [ends] in ends.record($0) })
        kill(getpid(), SIGUSR2)
        try await eventually("the signal") { signals.first == SIGUSR2 }
        kill(getpid(), SIGUSR2)
        try await eventually("the end") { ends.all == [128 + SIGUSR2] }
    }

    /// It would end this process.
    @Test func `a reader of the log that is gone is an error, not a signal`() async throws {
        _ = await StopSignals([SignalEffect.Row(SIGPIPE, "SIGPIPE", .ignore)])
        var pipes: [Int32] = [-1, -1]
        try #require(pipe(&pipes) == 0)
        close(pipes[0])
        defer { close(pipes[1]) }
        let sink = LogSink(descriptor: pipes[1])
        sink.write(Array("a line\n".utf8))
        #expect(sink.flush(within: .seconds(30)))
        let count = write(pipes[1], "x", 1)
        let error = errno
        #expect(count == -1)
        #expect(error == EPIPE)
    }
}
