package import Transport

/// How a request ended.
package struct RequestOutcome: Sendable {
    package enum Ending: Equatable, Sendable {
        /// The kernel has accepted the last byte of the response.
        case complete
        /// The client closed the connection or cancelled the request before that.
        case clientLeft
        /// The client did not read the response in time: see ``ServerLimits/writeTimeout``.
        case timedOut
        /// The handler stopped a streamed response before its end.
        case abandoned
        /// The server stopped and closed the connection before the end.
        case cutOff
    }

    /// The status of the response; `nil` when there was no response.
    package let status: Status?
    /// The number of content bytes of the response that were encoded for sending.
    ///
    /// The kernel has accepted all of them if the ending is ``Ending/complete``; otherwise it may have
    /// accepted fewer.
    package let sentBytes: Int
    package let ending: Ending
    /// The time when the head of the request was complete, accurate to one turn of the event loop.
    let start: MonotonicTime
    /// The client of a request that was never admitted; for others see ``RequestHead/client``.
    package var client: ClientNetwork?

    /// The time from the head of the request until now; each access reads the clock.
    package var duration: Duration { .nanoseconds(nanoseconds) }

    /// The same in nanoseconds.
    package var nanoseconds: Int64 { MonotonicTime.now().nanoseconds - start.nanoseconds }
}
