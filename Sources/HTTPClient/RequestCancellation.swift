internal import Synchronization

/// Ends a request on another thread, and all later ones of the same client.
package final class RequestCancellation: Sendable {
    private let flag = Atomic(false)

    package init() {}

    package var isCancelled: Bool { flag.load(ordering: .relaxed) }

    /// Ends the request within about a second, which is how often libcurl asks while it waits.
    package func cancel() { flag.store(true, ordering: .relaxed) }
}
