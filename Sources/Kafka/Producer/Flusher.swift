internal import CRdkafka
internal import Dispatch
internal import Glibc
internal import Synchronization

/// A thread that has a producer send at once what waits for others.
///
/// librdkafka sends a message before its time in no other way than by `rd_kafka_flush`, which blocks
/// for as long as it works.
final class Flusher: Sendable {
    private enum Limits {
        /// For how long messages go at once, unless all are answered before: enough for a broker's thread
        /// to wake up in.
        static let timeout = Duration.milliseconds(5)
    }

    private let client: Client
    private let requests = DispatchSemaphore(value: 0)
    private let isStopping = Atomic(false)
    private let thread = Mutex<pthread_t?>(nil)

    init(_ client: Client) {
        self.client = client
    }

    func start() {
        thread.withLock { thread in
            var created = pthread_t()
            let result = pthread_create(
                &created,
                nil,
                { argument in
                    guard let argument else { return nil }
                    Unmanaged<Flusher>.fromOpaque(argument).takeRetainedValue().run()
                    return nil
                },
                Unmanaged.passRetained(self).toOpaque()
            )
            precondition(result == 0, "no thread to flush: \(result)")
            thread = created
        }
    }

    /// Has what was produced sent; returns at once.
    func flush() { requests.signal() }

    /// Ends the thread, and waits for its end.
    func stop() {
        isStopping.store(true, ordering: .releasing)
        requests.signal()
        if let thread = thread.withLock({ $0.take() }) { pthread_join(thread, nil) }
    }

    private func run() {
        while true {
            requests.wait()
            if isStopping.load(ordering: .acquiring) { return }
            _ = rd_kafka_flush(client.raw, Limits.timeout.wholeMilliseconds)
        }
    }
}
