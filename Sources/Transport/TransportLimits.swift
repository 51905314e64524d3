/// What clients' connections may take from the process, whatever is spoken on them.
package struct TransportLimits: Sendable {
    /// Most open connections over all loops; fewer where ``DescriptorLimit`` allows fewer.
    ///
    /// For further ones the longest idle connections end; while none is idle, they wait in the listen
    /// backlog.
    package var connections = 16 * 1024
    /// Most open connections of one client: an IPv4 address, or a /64 of IPv6.
    ///
    /// Further ones are refused. A proxy or a load balancer is one client, so this is no more than
    /// enough for the last quarter to be left for others.
    package var connectionsPerClient = 12 * 1024
    /// After the last bytes that we send: for the client to read them and close its side before the
    /// rest of what it sends makes the kernel reset the connection (RFC 9112 §9.6).
    package var lingerTimeout = Duration.seconds(2)
    /// Most bytes thrown away during ``lingerTimeout``.
    ///
    /// Many clients send a whole upload before they read, so this is more than most uploads have.
    package var lingerBytes = 64 * 1024 * 1024
    /// While the server stops: for a client with an idle connection to send one more request, whose
    /// answer tells it that the connection ends.
    ///
    /// If the connection were closed at once, a client that is just sending would not know whether
    /// its request was read, and could not send an order again without doubt.
    package var drainTimeout = Duration.seconds(1)
    /// Replaces ``lingerTimeout`` while the server stops: it is more than a round trip, and a client
    /// that never closes its side cannot delay the stop by more than this.
    package var drainLingerTimeout = Duration.milliseconds(250)

    package init() {}
}
