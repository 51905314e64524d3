/// A part of the gateway that runs while the process serves.
///
/// Cancelling its task stops it.
package protocol Service: Sendable {
    /// The name in messages.
    var name: String { get }

    /// Runs until its task is cancelled, then cleans up and returns, or throws `CancellationError`.
    ///
    /// Many calls give up at once in a cancelled task. The calls of the clean-up therefore need a
    /// shield (``shieldedFromCancellation(_:)``).
    ///
    /// - Throws: The error that prevents the service from running. The other services then stop,
    ///   too.
    func run() async throws
}
