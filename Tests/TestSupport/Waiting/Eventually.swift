import Foundation

private enum Polling {
    /// Short enough that a test loses no time, long enough that it leaves the processor to what it
    /// waits for.
    static let interval = Duration.milliseconds(10)
    static let seconds = 0.01
}

/// Waits until a condition holds.
///
/// - Parameters:
///   - limit: The longest wait. It is a bound for what never comes, not a measurement.
///   - what: What is waited for; it is named when it does not come.
///   - condition: Asked about every 10 ms; what it throws ends the wait.
/// - Throws: ``SupportError`` when the limit has passed.
package func eventually(
    within limit: Duration = .seconds(30),
    isolation: isolated (any Actor)? = #isolation,
    _ what: String,
    _ condition: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + limit
    while true {
        // Read before the condition: a condition that takes long is still asked once at the end.
        let isLast = ContinuousClock.now >= deadline
        if try await condition() { return }
        if isLast { throw SupportError("Waited \(limit) in vain: \(what)") }
        try await Task.sleep(for: Polling.interval)
    }
}

/// The same without suspending, for code on a thread of its own.
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
