internal import Dispatch

/// Runs the jobs of one long-lived task, which may block: consuming from Kafka, writing to SQLite.
///
/// Such a task must not block an event loop or the shared thread pool of tasks.
package final class BlockingExecutor: TaskExecutor {
    private let queue: DispatchQueue

    /// - Parameter name: Shown by debuggers as the queue's label.
    package init(name: String) {
        queue = DispatchQueue(label: "order-gateway.\(name)")
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
