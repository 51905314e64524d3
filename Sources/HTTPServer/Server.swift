internal import Synchronization

/// An HTTP server: one event loop per core, each with its own listening socket on the same port.
package final class Server: Sendable {
    /// Where the server listens, with the true port if 0 was asked for.
    package let address: SocketAddress

    private let acceptors: [any Acceptor]
    /// The one shutdown, whoever asked for it first.
    private let stopping = Mutex<Task<Int, Never>?>(nil)

    /// Binds the sockets; nothing is accepted before ``start()``.
    ///
    /// - Parameters:
    ///   - loopCount: The number of event loops, usually that of the cores; at least 1.
    ///   - report: Called on a loop when new connections begin to wait for want of something.
    /// - Throws: ``ServerError`` when the address cannot be listened on.
    package init(
        address wanted: SocketAddress,
        loopCount: Int,
        limits: ServerLimits = ServerLimits(),
        handler: some RequestHandler,
        report: @escaping @Sendable (ServerShortage) -> Void = { _ in }
    ) throws(ServerError) {
        precondition(loopCount >= 1, "a server needs a loop")
        let shortages = ShortageReport(report)
        var acceptors: [any Acceptor] = []
        var address = wanted
        do throws(ServerError) {
            for _ in 0..<loopCount {
                // The later sockets share the port that the first one was given.
                let resolved = try ResolvedAddress(host: wanted.host, port: address.port)
                let descriptor = try Self.listen(resolved, address, isFirst: acceptors.isEmpty)
                let acceptor = try Self.acceptor(
                    descriptor,
                    limits: limits,
                    connectionLimit: max(1, limits.connections / loopCount),
                    handler: handler,
                    shortages: shortages
                )
                acceptors.append(acceptor)
                address = try Self.boundAddress(descriptor)
            }
        } catch {
            for acceptor in acceptors { acceptor.discard() }
            throw error
        }
        self.acceptors = acceptors
        self.address = address
    }

    private static func listen(
        _ resolved: ResolvedAddress,
        _ address: SocketAddress,
        isFirst: Bool
    ) throws(ServerError) -> Int32 {
        do throws(SystemError) {
            if isFirst { try Listener.checkIsFree(resolved) }
            return try Listener.open(resolved)
        } catch {
            throw ServerError(error, address: address)
        }
    }

    private static func boundAddress(_ descriptor: Int32) throws(ServerError) -> SocketAddress {
        do throws(SystemError) {
            return try SocketAddress(boundTo: descriptor)
        } catch {
            throw .system(error)
        }
    }

    private static func acceptor(
        _ descriptor: Int32,
        limits: ServerLimits,
        connectionLimit: Int,
        handler: some RequestHandler,
        shortages: ShortageReport
    ) throws(ServerError) -> any Acceptor {
        do throws(SystemError) {
            return LoopAcceptor(
                loop: try EventLoop(),
                listening: descriptor,
                limits: limits,
                connectionLimit: connectionLimit,
                handler: handler,
                shortages: shortages
            )
        } catch {
            SystemCall.close(descriptor)
            throw .system(error)
        }
    }

    /// Starts the loops' threads and accepts connections.
    package func start() {
        for (index, acceptor) in acceptors.enumerated() { acceptor.start(name: "http-\(index)") }
    }

    /// The number of open connections.
    package var connectionCount: Int {
        acceptors.reduce(0) { $0 + $1.connectionCount }
    }

    /// Stops accepting, closes idle connections and lets requests in flight finish.
    ///
    /// Asked again, it waits for the first shutdown.
    ///
    /// - Parameter patience: For how long requests may take; what is left then is cut off.
    /// - Returns: The number of connections that were cut off.
    @discardableResult
    package func shutdown(within patience: Duration) async -> Int {
        let acceptors = acceptors
        let task = stopping.withLock { stopping in
            if let stopping { return stopping }
            let task = Task {
                await withTaskGroup(of: Int.self) { group in
                    for acceptor in acceptors {
                        group.addTask { await acceptor.shutdown(within: patience) }
                    }
                    return await group.reduce(0, +)
                }
            }
            stopping = task
            return task
        }
        return await task.value
    }
}
