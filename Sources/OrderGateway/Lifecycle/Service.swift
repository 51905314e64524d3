/// A part that runs for as long as the process serves.
///
/// It is stopped by cancelling its task.
package protocol Service: Sendable {
    /// The name in messages.
    var name: String { get }

    /// Runs until its task is cancelled, then cleans up and returns, or throws `CancellationError`.
    ///
    /// Many calls give up at once in a cancelled task. So what the clean-up waits for has to be shielded
    /// (``shieldedFromCancellation(_:)``).
    ///
    /// - Throws: The error that keeps it from running. Then the other services are stopped, too.
    func run() async throws
}
