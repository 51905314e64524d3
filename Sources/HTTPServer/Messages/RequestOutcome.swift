internal import Transport

/// How a request ended.
package struct RequestOutcome: Sendable {
    package enum Ending: Equatable, Sendable {
        /// The last byte of the answer is the kernel's.
        case complete
        /// The client closed the connection or gave up the request before that.
        case clientLeft
        /// The client did not take the answer in time: see ``ServerLimits/writeTimeout``.
        case timedOut
        /// The handler gave up a streamed answer in the middle.
        case abandoned
        /// The server stopped, and cut it off.
        case cutOff
    }

    /// The status of the answer; `nil` when there was none.
    package let status: Status?
    /// How much content of the answer has been sent.
    package let sentBytes: Int
    package let ending: Ending
    /// When the head of the request was complete, to a turn of the loop.
    let start: MonotonicTime

    /// From the head of the request to now: the clock is read only for those who ask.
    package var duration: Duration {
        .nanoseconds(MonotonicTime.now().nanoseconds - start.nanoseconds)
    }
}
