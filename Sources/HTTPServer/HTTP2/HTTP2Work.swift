/// The work on a pending response: its task, and the task's wait for the client.
///
/// It is a separate object, because most responses need none.
final class HTTP2Work {
    /// The task, while it runs.
    @exclusivity(unchecked) private var task: UnsafeCurrentTask?
    /// The continuation that is resumed when the client accepts more content.
    @exclusivity(unchecked) private var writer: UnsafeContinuation<Void, Never>?

    /// Whether a piece of content is being written.
    @exclusivity(unchecked) private var isWriting = false

    init(_ task: UnsafeCurrentTask?) {
        self.task = task
    }

    func cancel() { task?.cancel() }

    /// Clears the task when it ends; it must not be accessed any more.
    func end() { task = nil }

    /// Must be called at the start of a write, and ``endWrite()`` at its end.
    func beginWrite() {
        precondition(!isWriting, "two pieces of content are written at a time")
        isWriting = true
    }

    func endWrite() { isWriting = false }

    /// Suspends until ``resumeWriter()``, which is called when the client has taken content or the
    /// stream is closed.
    func waitForRoom() async { await withUnsafeContinuation { writer = $0 } }

    func resumeWriter() { writer.take()?.resume() }
}
