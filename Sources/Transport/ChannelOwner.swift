/// Learns what happens on a connection while its task waits for input, or for an answer.
///
/// Every call comes on the loop's thread, and does not wait.
package protocol ChannelOwner: AnyObject {
    /// Takes what has arrived while the task waits for input, without the task being resumed.
    ///
    /// - Returns: What to wait for next, or `nil` when the task has to go on.
    func inputArrived() -> Channel.InputWait?

    /// The peer has closed its side (`EPOLLRDHUP`, epoll_ctl(2)), the connection has failed, or it is
    /// cut off because the server stops. May be called more than once.
    func peerLeft()

    /// The server begins to stop.
    func serverStops()

    /// The deadline of the channel has passed.
    func deadlineReached()
}
