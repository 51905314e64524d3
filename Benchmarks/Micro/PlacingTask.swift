@testable import HTTPServer
@testable import Kafka
@testable import OrderStreams

/// A task that waits for responses, as a connection's task does, and that runs on the caller's thread
/// alone.
final class PlacingTask: @unchecked Sendable {
    private let executor = CallersExecutor()
    @exclusivity(unchecked) private var waiter: UnsafeContinuation<Void, Never>?
    @exclusivity(unchecked) private var answer = Answer.ready(Response(.ok))

    init() {
        Task(executorPreference: executor) { [self] in
            while true {
                await withUnsafeContinuation { waiter = $0 }
                if case .pending(let pending) = answer { answer = .ready(await pending()) }
            }
        }
        executor.run()
    }

    /// Returns the response, for which nothing has to come from another thread.
    func response(of pending: Answer) -> Response {
        answer = pending
        waiter.take()?.resume()
        executor.run()
        guard case .ready(let response) = answer else { preconditionFailure("a response waits") }
        return response
    }
}

/// Runs jobs when it is told to.
private final class CallersExecutor: TaskExecutor, @unchecked Sendable {
    @exclusivity(unchecked) private var ready: [UnownedJob] = []

    func enqueue(_ job: consuming ExecutorJob) { ready.append(UnownedJob(job)) }

    func run() {
        while let job = ready.popLast() { job.runSynchronously(on: asUnownedTaskExecutor()) }
    }
}

/// Acknowledges every message at once.
struct InstantBroker: EventPublisher {
    nonisolated(nonsending) func publish(
        _ message: ProducerMessage
    ) async throws(PublishError) -> Acknowledgement {
        keep(message)
        return Acknowledgement(partition: 0, offset: 0)
    }
}
