/// Something that runs for as long as the process serves.
///
/// To stop it is to cancel its task.
package protocol Service: Sendable {
    /// For messages.
    var name: String { get }

    /// Runs until its task is cancelled, then tidies up and returns, or throws `CancellationError`.
    ///
    /// Many calls give up at once in a cancelled task: what tidying up waits for has to be
    /// shielded (``shieldedFromCancellation(_:)``).
    ///
    /// - Throws: What keeps it from running on; then the other services are stopped.
    func run() async throws
}
