/// Suspends until the task is cancelled.
package func untilCancelled() async {
    // The stream never yields an element.
    let (never, continuation) = AsyncStream.makeStream(of: Void.self)
    for await _ in never {}
    withExtendedLifetime(continuation) {}
}

/// Runs `body` to its end as if the task were not cancelled, and waits for it.
package func shieldedFromCancellation<Value: Sendable>(
    _ body: @escaping @Sendable () async -> Value
) async -> Value {
    // A cancellation of the current task reaches neither an unstructured task nor the wait for it.
    await Task { await body() }.value
}
