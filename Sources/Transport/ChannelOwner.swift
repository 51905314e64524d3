/// Receives the events of a connection while its task waits for input or for a response.
///
/// All calls are made on the loop's thread. They must not block.
package protocol ChannelOwner: AnyObject {
    /// Handles the input that arrives while the task waits for input, without resuming the task.
    ///
    /// - Returns: The input to wait for next, or `nil` when the task has to continue.
    func inputArrived() -> Channel.InputWait?

    /// Called when the peer has closed its sending side (`EPOLLRDHUP`, epoll_ctl(2)), or when the
    /// connection is over (``Channel/isOver``).
    ///
    /// A peer that closes its socket sends the same FIN as a peer that only stops sending. May be
    /// called more than once.
    func peerHungUp()

    /// Called when the server begins to stop.
    func serverStops()

    /// Called when the deadline of the channel has passed.
    func deadlineReached()
}
