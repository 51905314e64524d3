import Synchronization
import Testing

@testable import OrderStreams

struct CancellationTests {
    @Test(.timeLimit(.minutes(1)))
    func `waiting for the cancellation ends with it and not before`() async {
        let hasEnded = Mutex(false)
        let task = Task {
            await untilCancelled()
            hasEnded.withLock { $0 = true }
        }
        for _ in 0..<10 { await Task.yield() }
        let isEarly = hasEnded.withLock { $0 }
        #expect(!isEarly)
        task.cancel()
        await task.value
    }

    @Test(.timeLimit(.minutes(1)))
    func `a task that was cancelled before does not wait`() async {
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            await untilCancelled()
        }
        task.cancel()
        await task.value
    }

    @Test func `what is shielded is not cancelled with its task`() async {
        let task = Task {
            await untilCancelled()
            let isCancelled = await shieldedFromCancellation {
                try? await Task.sleep(for: .milliseconds(1))
                return Task.isCancelled
            }
            return (inside: isCancelled, outside: Task.isCancelled)
        }
        task.cancel()
        let result = await task.value
        #expect(!result.inside)
        #expect(result.outside)
    }
}
