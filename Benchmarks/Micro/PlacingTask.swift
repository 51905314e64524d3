@testable import HTTPServer
@testable import Kafka
@testable import OrderStreams

/// A task that waits for responses, as a connection's task does, and that runs on the caller's thread
/// alone.
final class PlacingTask: @unchecked Sendable {
    private let executor = CallersExecutor()
    @exclusivity(unchecked) private var waiter: UnsafeContinuation<Void, Never>?
    @exclusivity(unchecked) private var pending: Answer.Pending?
    @exclusivity(unchecked) private var response: Response?

    init() {
        Task(executorPreference: executor) { [self] in
            while true {
                await withUnsafeContinuation { waiter = $0 }
                if let pending = pending.take() { response = await pending() }
            }
        }
        executor.run()
    }

    /// Returns the response, for which nothing has to come from another thread.
    func response(of pending: @escaping Answer.Pending) -> Response {
        self.pending = pending
        waiter.take()?.resume()
        executor.run()
        guard let response = response.take() else { preconditionFailure("a response waits") }
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

/// Acknowledges every message at once, and tells the observer as a producer does.
struct InstantBroker: EventPublisher {
    private let observer: (any DeliveryObserver)?
    private let came = ContinuousClock.now

    init(_ observer: any KafkaObserver) {
        self.observer = observer.deliveries(to: EventTopics.orders)
    }

    func publish(_ message: ProducerMessage, _ waiter: DeliveryWaiter) {
        keep(message)
        observer?.acknowledged(after: came.duration(to: came + .milliseconds(1)).nanoseconds)
        waiter.resume(returning: .success(Acknowledgement(partition: 0, offset: 0)))
    }
}
