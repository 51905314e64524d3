/// Pauses between attempts: doubling from the first to the longest.
package struct Backoff: Sendable {
    private let first: Duration
    private let longest: Duration
    private var next: Duration

    package init(first: Duration = .milliseconds(200), longest: Duration = .seconds(5)) {
        self.first = first
        self.longest = longest
        next = first
    }

    /// Suspends for the next pause.
    ///
    /// - Throws: `CancellationError` when the task is cancelled meanwhile.
    package mutating func pause() async throws {
        let pause = next
        next = min(next * 2, longest)
        try await Task.sleep(for: pause)
    }

    package mutating func reset() { next = first }
}
