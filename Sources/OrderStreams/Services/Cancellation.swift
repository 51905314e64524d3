/// Suspends until the task is cancelled.
package func untilCancelled() async {
    // Nothing is ever sent.
    let (never, continuation) = AsyncStream.makeStream(of: Void.self)
    for await _ in never {}
    withExtendedLifetime(continuation) {}
}

/// Runs `body` to its end as if the task were not cancelled, and waits for it.
package func shieldedFromCancellation<Value: Sendable>(
    _ body: @escaping @Sendable () async -> Value
) async -> Value {
    // An unstructured task is not cancelled with the one that made it, nor is the wait for it.
    await Task { await body() }.value
}
