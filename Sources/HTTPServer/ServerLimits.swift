package import Transport

/// What one client, and all of them together, may take from the server.
package struct ServerLimits: Sendable {
    package var transport = TransportLimits()
    /// Largest head, request line included, in bytes.
    ///
    /// nginx's default of four 8 KiB buffers is the most that proxies and browsers are known to
    /// need.
    package var headBytes = 32 * 1024
    /// Longest request target in bytes; RFC 9112 §3 asks for at least 8,000.
    package var targetBytes = 8 * 1024
    /// Most field lines in a head or in trailers.
    ///
    /// Browsers send about 20; each costs memory and a comparison per look-up.
    package var fieldLines = 100
    /// Largest request content in bytes.
    ///
    /// The largest valid order, 100 items, is about 20 KB; the rest is for white space and fields
    /// that nobody reads. Every connection may hold this much for as long as its body takes.
    package var bodyBytes = 128 * 1024
    /// Most bytes of content that connections hold while it is incomplete or being answered; each
    /// loop has an equal share.
    ///
    /// Beyond, what is incomplete is refused; content that came in one piece, as an ordinary order
    /// does, never is.
    package var heldBodyBytes = 128 * 1024 * 1024
    /// The same of one HTTP/2 connection, whose client may leave a hundred of them incomplete.
    ///
    /// A hundred of the largest orders, which wait for the broker, have about half of it.
    package var heldConnectionBodyBytes = 4 * 1024 * 1024
    /// Requests that a client may have under way on one HTTP/2 connection (RFC 9113 §5.1.2).
    package var concurrentStreams = 100
    /// An HTTP/2 connection ends when its frames take more than this many times the bytes of the
    /// messages in them, and ``overheadBytes`` more: then it is a flood of frames that say nothing.
    package var overheadFactor = 8
    package var overheadBytes = 1024 * 1024
    /// Longest chunk extension in bytes; none is known to be in use (RFC 9112 §7.1.1).
    package var chunkExtensionBytes = 256
    /// Most bytes of a request's chunk sizes, extensions and line ends together.
    ///
    /// RFC 9112 §7.1.1 asks for such a limit. A chunk of one byte brings five of these, so even the
    /// largest content may come byte by byte.
    package var chunkFramingBytes = 1024 * 1024
    /// Most requests on one connection: then it ends, and is made anew.
    ///
    /// Clients that never hang up so spread over new replicas in the end; it is enough for ten
    /// seconds at full speed.
    package var requestsPerConnection = 1_000_000
    /// From a request's first byte to the end of its head.
    package var headTimeout = Duration.seconds(10)
    /// From the end of the head to the end of the content, and longer for what has come by then:
    /// see ``bodyBytesPerSecond``.
    package var bodyTimeout = Duration.seconds(10)
    /// How fast content has to come on average after ``bodyTimeout``, in bytes a second: slower
    /// than any network in use, faster than a client that only wants to keep the connection.
    package var bodyBytesPerSecond = 4 * 1024
    /// Between two requests on a connection.
    ///
    /// Longer than the 60 s for which AWS's Application Load Balancer and nginx keep an idle
    /// connection, so that they, not we, close first and no request is lost; docs/operating.md says
    /// what others need.
    package var idleTimeout = Duration.seconds(75)
    /// For the client to take an answer.
    package var writeTimeout = Duration.seconds(30)

    /// Whether a request may ask for HTTP/2; see ``HTTP2Upgrade``.
    package var http2Upgrade = HTTP2Upgrade.auto

    package init() {}

    /// By when content has to be complete, after its first byte could have come, of which so much is
    /// there.
    func timeout(ofBodyWith receivedBytes: Int) -> Duration {
        bodyTimeout + .nanoseconds(receivedBytes * (1_000_000_000 / bodyBytesPerSecond))
    }
}
