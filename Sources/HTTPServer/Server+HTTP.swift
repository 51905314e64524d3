package import Transport

extension Server {
    /// An HTTP server; nothing is accepted before ``start()``.
    ///
    /// - Parameters:
    ///   - loopCount: The number of event loops, usually that of the cores; at least 1.
    ///   - handler: Evaluated once for each loop: what every request touches is then in no other
    ///     core's cache, be it only to count references to it.
    ///   - observer: Evaluated once for each loop, as the handler is.
    ///   - report: Called on a loop when new connections begin to wait for want of something, or are
    ///     refused.
    ///   - relieved: Called on a loop when none has to wait any more.
    /// - Throws: ``ServerError`` when the address cannot be listened on.
    package convenience init(
        listening wanted: ListenAddress,
        loopCount: Int,
        limits: ServerLimits = ServerLimits(),
        handler: @autoclosure () -> any RequestHandler,
        observer: @autoclosure () -> (any ServerObserver)? = nil,
        report: @escaping @Sendable (ServerShortage) -> Void = { _ in },
        relieved: @escaping @Sendable () -> Void = {}
    ) throws(ServerError) {
        precondition(loopCount >= 1, "a server needs a loop")
        var share = limits
        // Configured for the process, counted by each loop for itself; with room for one request.
        share.heldBodyBytes = max(
            limits.heldBodyBytes / loopCount,
            min(limits.heldBodyBytes, limits.bodyBytes)
        )
        try self.init(
            listening: wanted,
            loopCount: loopCount,
            limits: limits.transport,
            report: report,
            relieved: relieved
        ) { loop, addresses in
            var limits = share
            limits.http2Upgrade = share.http2Upgrade.settled(on: addresses)
            return HTTPLoop(loop, handler: handler(), limits: limits, observer: observer())
        }
    }

    /// An HTTP server on a port that nobody else listens on.
    package convenience init(
        address: SocketAddress,
        loopCount: Int,
        limits: ServerLimits = ServerLimits(),
        handler: @autoclosure () -> any RequestHandler,
        observer: @autoclosure () -> (any ServerObserver)? = nil,
        report: @escaping @Sendable (ServerShortage) -> Void = { _ in },
        relieved: @escaping @Sendable () -> Void = {}
    ) throws(ServerError) {
        try self.init(
            listening: .tcp(address, sharesPort: false),
            loopCount: loopCount,
            limits: limits,
            handler: handler(),
            observer: observer(),
            report: report,
            relieved: relieved
        )
    }
}
