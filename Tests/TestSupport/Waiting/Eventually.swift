import Foundation

private enum Polling {
    /// The interval between checks: short enough to lose no time, and long enough to leave the
    /// processor to the awaited work.
    static let interval = Duration.milliseconds(10)
    static let seconds = 0.01
}

/// Waits until a condition holds.
///
/// - Parameters:
///   - limit: The longest wait. It is a bound for an event that never comes, not a measurement.
///   - what: The name of the awaited event, for the error.
///   - condition: The condition, checked about every 10 ms; an error from it ends the wait.
/// - Throws: ``SupportError`` when the limit has passed.
package func eventually(
    within limit: Duration = .seconds(30),
    isolation: isolated (any Actor)? = #isolation,
    _ what: String,
    _ condition: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + limit
    while true {
        // Read the clock before the condition, so that a slow condition is still checked once at
        // the end.
        let isLast = ContinuousClock.now >= deadline
        if try await condition() { return }
        if isLast { throw SupportError("Waited \(limit) in vain: \(what)") }
        try await Task.sleep(for: Polling.interval)
    }
}

/// Does the same without suspending, for code on a separate thread.
package func waitUntil(
    within limit: Duration = .seconds(30),
    _ what: String,
    _ condition: () throws -> Bool
) throws {
    let deadline = ContinuousClock.now + limit
    while true {
        let isLast = ContinuousClock.now >= deadline
        if try condition() { return }
        if isLast { throw SupportError("Waited \(limit) in vain: \(what)") }
        Thread.sleep(forTimeInterval: Polling.seconds)
    }
}
