import Testing

@testable import Telemetry

struct LogPaceTests {
    private let pace = LogPace()
    private let start = ContinuousClock.now

    private func judge(_ text: String, after time: Duration = .zero) -> LogPace.Verdict {
        pace.judge(text, now: start + time)
    }

    private func exhaust(_ text: String) {
        for _ in 0..<LogPace.Limits.burst { #expect(judge(text) == .write(leftOut: 0)) }
    }

    @Test func `after some lines there is one a second, with the number of the others`() {
        exhaust("m")
        #expect(judge("m") == .leaveOut(isFirst: true))
        #expect(judge("m", after: .milliseconds(999)) == .leaveOut(isFirst: false))
        #expect(judge("m", after: .seconds(1)) == .write(leftOut: 2))
        #expect(judge("m", after: .milliseconds(1_999)) == .leaveOut(isFirst: false))
        #expect(judge("m", after: .seconds(2)) == .write(leftOut: 1))
    }

    @Test func `a pause makes room for as many lines as at first`() {
        exhaust("m")
        for _ in 0..<LogPace.Limits.burst {
            #expect(judge("m", after: .seconds(1_000)) == .write(leftOut: 0))
        }
        #expect(judge("m", after: .seconds(1_000)) == .leaveOut(isFirst: true))
    }

    @Test func `one message takes no line of another`() {
        exhaust("a")
        exhaust("b")
        #expect(judge("a") == .leaveOut(isFirst: true))
    }

    @Test func `what is left out can be told when it comes no more`() {
        exhaust("m")
        _ = judge("m")
        _ = judge("m", after: .milliseconds(500))
        // It still comes.
        #expect(pace.leftOut(of: "m", now: start + .seconds(1)) == nil)
        #expect(pace.leftOut(of: "m", now: start + .milliseconds(1_500)) == 2)
        #expect(pace.leftOut(of: "m", now: start + .seconds(3)) == 0)
        #expect(pace.leftOut(of: "never", now: start) == 0)
        #expect(judge("m", after: .milliseconds(1_600)) == .write(leftOut: 0))
        #expect(judge("m", after: .milliseconds(1_600)) == .leaveOut(isFirst: true))
    }

    @Test func `at the end everything is told once`() {
        exhaust("a")
        exhaust("b")
        _ = judge("b")
        _ = judge("a")
        _ = judge("a")
        #expect(pace.takeAllLeftOut().map(\.text) == ["a", "b"])
        #expect(pace.takeAllLeftOut().isEmpty)
    }

    /// Messages are the program's own, but for the numbers in some.
    @Test func `only so many messages are remembered`() {
        for number in 0..<LogPace.Limits.messages { _ = judge("\(number)") }
        // No room: all lines of it are written.
        for _ in 0..<2 * LogPace.Limits.burst { #expect(judge("m") == .write(leftOut: 0)) }
        // Later the others are forgotten.
        for _ in 0..<LogPace.Limits.burst {
            #expect(judge("m", after: .seconds(100)) == .write(leftOut: 0))
        }
        #expect(judge("m", after: .seconds(100)) == .leaveOut(isFirst: true))
    }
}
