package import Transport

extension Server {
    /// Creates an HTTP server, which accepts connections after ``start()``.
    ///
    /// - Parameters:
    ///   - loopCount: The number of event loops, usually one per core; at least 1.
    ///   - handler: Evaluated once for each event loop. Requests on different cores then share no
    ///     cache lines, not even for reference counts.
    ///   - observer: Evaluated once for each event loop, like the handler.
    ///   - report: Called on an event loop when new connections begin to wait because a resource is
    ///     short, or are refused.
    ///   - relieved: Called on an event loop when no connection has to wait any more.
    /// - Throws: ``ServerError`` when the server cannot listen on the address.
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
        // The limit is set for the process, but each event loop counts alone. Each share allows at
        // least one request.
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

    /// Creates an HTTP server on a port that it does not share with other listeners.
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
