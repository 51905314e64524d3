/// The limits for client connections, whatever their protocol.
package struct TransportLimits: Sendable {
    /// The maximum number of open connections over all loops; fewer if ``DescriptorLimit`` allows
    /// fewer.
    ///
    /// At the limit, the longest idle connections end to make room for new ones. If none is idle,
    /// new connections wait in the listen backlog.
    package var connections = 16 * 1024
    /// The maximum number of open connections of one client: an IPv4 address, or a /64 of IPv6.
    ///
    /// Further connections are refused. A proxy or a load balancer counts as one client, so the
    /// limit is high. It only leaves the last quarter for others.
    package var connectionsPerClient = 12 * 1024
    /// The time after the last bytes sent, in which the client can read them and close its side.
    ///
    /// After this time, further bytes from the client make the kernel reset the connection
    /// (RFC 9112 §9.6).
    package var lingerTimeout = Duration.seconds(2)
    /// The maximum number of bytes discarded during ``lingerTimeout``.
    ///
    /// Many clients send a whole upload before they read, so the limit is larger than most uploads.
    package var lingerBytes = 64 * 1024 * 1024
    /// The time during a stop in which a client may send one more request on an idle connection.
    ///
    /// The response tells the client that the connection ends.
    ///
    /// If the server closed the connection at once, a client that is just sending would not know
    /// whether its request was read. It could not safely send an order again.
    package var drainTimeout = Duration.seconds(1)
    /// Replaces ``lingerTimeout`` while the server stops.
    ///
    /// It is longer than a round trip, and it limits how long a client that never closes its side
    /// can delay the stop.
    package var drainLingerTimeout = Duration.milliseconds(250)

    package init() {}
}
