import Testing

@testable import Transport

/// Deadlines as a connection moves them, on a clock that the test turns.
struct RegistrationTests {
    /// Notes when its deadline was reached.
    private final class Watched: Registration {
        var reached: [MonotonicTime] = []
        var clock = MonotonicTime(nanoseconds: 0)

        override func deadlineReached() { reached.append(clock) }

        /// Turns the clock and has the loop's entries fall due.
        func advance(by duration: Duration) {
            clock = clock.advanced(by: duration)
            while let entry = loop.deadlines.next(due: clock) {
                deadlineEntryDue(entry.due, now: clock)
            }
        }

        func setDeadline(in duration: Duration) { setDeadline(clock.advanced(by: duration)) }
    }

    @Test func `requests whose body comes after the head leave no entries behind`() throws {
        let loop = try EventLoop()
        let connection = Watched(descriptor: 0, loop: loop)
        var most = 0
        for _ in 0..<3600 * 5 {
            connection.setDeadline(in: .seconds(75))
            connection.advance(by: .milliseconds(200))
            connection.setDeadline(in: .seconds(30))
            connection.advance(by: .milliseconds(1))
            connection.clearDeadline()
            most = max(most, loop.deadlines.count)
        }
        #expect(most <= 4)
        #expect(connection.reached.isEmpty)
    }

    @Test func `a deadline that was moved to and fro is reached once, and on time`() throws {
        let loop = try EventLoop()
        let connection = Watched(descriptor: 0, loop: loop)
        connection.setDeadline(in: .seconds(75))
        connection.setDeadline(in: .seconds(30))
        connection.setDeadline(in: .seconds(75))
        connection.setDeadline(in: .seconds(20))
        connection.setDeadline(in: .seconds(50))
        for _ in 0..<100 { connection.advance(by: .seconds(1)) }
        #expect(connection.reached == [MonotonicTime(nanoseconds: 50_000_000_000)])
        #expect(loop.deadlines.count == 0)
    }
}
