package import Transport

/// The limits on the resources that one client, and all clients together, may use.
package struct ServerLimits: Sendable {
    package var transport = TransportLimits()
    /// Largest head, request line included, in bytes.
    ///
    /// It equals nginx's default of four 8 KiB buffers. Proxies and browsers are not known to need
    /// more.
    package var headBytes = 32 * 1024
    /// Longest request target in bytes; RFC 9112 §3 asks for at least 8,000.
    package var targetBytes = 8 * 1024
    /// Most field lines in a head or in trailers.
    ///
    /// Browsers send about 20; each line costs memory and a comparison per look-up.
    package var fieldLines = 100
    /// Largest request content in bytes.
    ///
    /// The largest valid order has 100 items and about 20 KB. The rest is for white space and
    /// unknown fields. Every connection may hold this much while its content arrives.
    package var bodyBytes = 128 * 1024
    /// Most bytes of content that connections hold while it is incomplete or its response is
    /// pending; each event loop has an equal share.
    ///
    /// Above the limit, incomplete content is refused. Content that arrives in one piece, like an
    /// ordinary order, is never refused.
    package var heldBodyBytes = 128 * 1024 * 1024
    /// Most bytes of content that one HTTP/2 connection holds; its client may leave a hundred
    /// requests incomplete.
    ///
    /// A hundred of the largest orders that wait for the broker use about half of it.
    package var heldConnectionBodyBytes = 4 * 1024 * 1024
    /// Most concurrent requests of a client on one HTTP/2 connection (RFC 9113 §5.1.2).
    package var concurrentStreams = 100
    /// The limit on the overhead of HTTP/2 frames, as a protection against floods of empty frames.
    ///
    /// A connection ends when its frames take more bytes than this factor times the sum of the
    /// message bytes and ``overheadBytes``.
    package var overheadFactor = 8
    package var overheadBytes = 1024 * 1024
    /// Longest chunk extension in bytes; no extension is known to be in use (RFC 9112 §7.1.1).
    package var chunkExtensionBytes = 256
    /// Most bytes of a request's chunk sizes, extensions and line ends together.
    ///
    /// RFC 9112 §7.1.1 asks for such a limit. A chunk of one byte adds five bytes, so the largest
    /// content may arrive in chunks of one byte.
    package var chunkFramingBytes = 1024 * 1024
    /// Most requests on one connection; after them the connection ends, and the client opens a new
    /// one.
    ///
    /// Clients that never close their connections thus spread over new replicas eventually. At full
    /// speed a connection lasts ten seconds.
    package var requestsPerConnection = 1_000_000
    /// The time limit from a request's first byte to the end of its head.
    package var headTimeout = Duration.seconds(10)
    /// The time limit from the end of the head to the end of the content.
    ///
    /// Content that has arrived extends it: see ``bodyBytesPerSecond``.
    package var bodyTimeout = Duration.seconds(10)
    /// The minimum average rate of content after ``bodyTimeout``, in bytes per second.
    ///
    /// It is slower than any network in use, but faster than a client that only wants to keep the
    /// connection.
    package var bodyBytesPerSecond = 4 * 1024
    /// The time limit between two requests on a connection.
    ///
    /// It is longer than the 60 s for which AWS's Application Load Balancer and nginx keep an idle
    /// connection. They close first, so no request is lost; docs/operating.md lists what others
    /// need.
    package var idleTimeout = Duration.seconds(75)
    /// The time limit for the client to receive a response.
    package var writeTimeout = Duration.seconds(30)

    /// Whether a request may switch the connection to HTTP/2; see ``HTTP2Upgrade``.
    package var http2Upgrade = HTTP2Upgrade.auto

    package init() {}

    /// Returns the time limit for the whole content, given the number of bytes that have arrived.
    ///
    /// It starts when the first byte of the content may arrive.
    func timeout(ofBodyWith receivedBytes: Int) -> Duration {
        bodyTimeout + .nanoseconds(receivedBytes * (1_000_000_000 / bodyBytesPerSecond))
    }
}
