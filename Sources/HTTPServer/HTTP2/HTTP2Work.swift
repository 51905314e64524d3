/// What makes an answer that is not there at once: the task that does, and its wait for the client.
///
/// An object of its own, because most answers have none.
final class HTTP2Work {
    /// The task, while it runs.
    @exclusivity(unchecked) private var task: UnsafeCurrentTask?
    /// Resumed when the client takes more of the content.
    @exclusivity(unchecked) private var writer: UnsafeContinuation<Void, Never>?

    init(_ task: UnsafeCurrentTask?) {
        self.task = task
    }

    func cancel() { task?.cancel() }

    /// The task ends: it is not to be touched any more.
    func end() { task = nil }

    /// Suspends until ``resumeWriter()``.
    func waitForRoom() async { await withUnsafeContinuation { writer = $0 } }

    func resumeWriter() { writer.take()?.resume() }
}
