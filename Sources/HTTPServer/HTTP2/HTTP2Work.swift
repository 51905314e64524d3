/// The work on a pending response: its task, and the task's wait for the client.
///
/// It is a separate object, because most responses need none.
final class HTTP2Work {
    /// The task, while it runs.
    @exclusivity(unchecked) private var task: UnsafeCurrentTask?
    /// The continuation that is resumed when the client accepts more content.
    @exclusivity(unchecked) private var writer: UnsafeContinuation<Void, Never>?

    init(_ task: UnsafeCurrentTask?) {
        self.task = task
    }

    func cancel() { task?.cancel() }

    /// Clears the task when it ends; it must not be accessed any more.
    func end() { task = nil }

    /// Suspends until ``resumeWriter()``.
    func waitForRoom() async { await withUnsafeContinuation { writer = $0 } }

    func resumeWriter() { writer.take()?.resume() }
}
