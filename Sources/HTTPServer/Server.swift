internal import CLinux
internal import Glibc
internal import Synchronization

/// An HTTP server: one event loop per core, each with its own listening socket on the same port, or
/// with its own descriptor of the one socket that there is.
package final class Server: Sendable {
    /// Where the server listens, with the true port if 0 was asked for.
    package let address: SocketAddress

    private let acceptors: [Acceptor]
    /// Of the socket in the file system that is removed at the end.
    private let socketPath: String?
    /// The one shutdown, whoever asked for it first.
    private let stopping = Mutex<Task<Int, Never>?>(nil)

    /// Binds the sockets; nothing is accepted before ``start()``.
    ///
    /// - Parameters:
    ///   - loopCount: The number of event loops, usually that of the cores; at least 1.
    ///   - handler: Evaluated once for each loop: what every request touches is then in no other
    ///     core's cache, be it only to count references to it.
    ///   - report: Called on a loop when new connections begin to wait for want of something.
    /// - Throws: ``ServerError`` when the address cannot be listened on.
    package init(
        listening wanted: ListenAddress,
        loopCount: Int,
        limits: ServerLimits = ServerLimits(),
        handler: @autoclosure () -> any RequestHandler,
        report: @escaping @Sendable (ServerShortage) -> Void = { _ in }
    ) throws(ServerError) {
        precondition(loopCount >= 1, "a server needs a loop")
        let shares = ConnectionShares(limit: limits.connectionsPerClient)
        let shortages = ShortageReport(report)
        var share = limits
        // Configured for the process, counted by each loop for itself; with room for one request.
        share.heldBodyBytes = max(
            limits.heldBodyBytes / loopCount,
            min(limits.heldBodyBytes, limits.bodyBytes)
        )
        var acceptors: [Acceptor] = []
        var sockets: [Int32] = []
        do throws(ServerError) {
            sockets = try Self.sockets(wanted, count: loopCount)
            address = try Self.boundAddress(sockets[0])
            share.http2Upgrade = limits.http2Upgrade.settled(on: [address])
            for descriptor in sockets {
                let acceptor = try Self.acceptor(
                    descriptor,
                    limits: share,
                    connectionLimit: max(1, limits.connections / loopCount),
                    handler: handler(),
                    shares: shares,
                    shortages: shortages
                )
                acceptors.append(acceptor)
            }
        } catch {
            for acceptor in acceptors { acceptor.discard() }
            for descriptor in sockets.dropFirst(acceptors.count) { SystemCall.close(descriptor) }
            throw error
        }
        self.acceptors = acceptors
        if case .unix(let path) = wanted { socketPath = path } else { socketPath = nil }
    }

    /// Listening sockets, one for each loop.
    private static func sockets(
        _ wanted: ListenAddress,
        count: Int
    ) throws(ServerError) -> [Int32] {
        switch wanted {
        case .tcp(let address, let sharesPort):
            return try sockets(address, sharesPort: sharesPort, count: count)
        case .unix(let path):
            do throws(SystemError) {
                return try copies(of: UnixSocket.open(path), count: count)
            } catch {
                throw ServerError(error, address: SocketAddress(host: path, port: 0))
            }
        case .inherited(let descriptor):
            do throws(SystemError) {
                return try copies(of: descriptor, count: count)
            } catch {
                throw .system(error)
            }
        }
    }

    private static func sockets(
        _ wanted: SocketAddress,
        sharesPort: Bool,
        count: Int
    ) throws(ServerError) -> [Int32] {
        var sockets: [Int32] = []
        var port = wanted.port
        do throws(ServerError) {
            for _ in 0..<count {
                // The later sockets share the port that the first one was given.
                let resolved = try ResolvedAddress(host: wanted.host, port: port)
                do throws(SystemError) {
                    if sockets.isEmpty, !sharesPort { try Listener.checkIsFree(resolved) }
                    sockets.append(try Listener.open(resolved))
                } catch {
                    throw ServerError(error, address: wanted)
                }
                port = try boundAddress(sockets[0]).port
            }
        } catch {
            for descriptor in sockets { SystemCall.close(descriptor) }
            throw error
        }
        return sockets
    }

    /// A socket's descriptor, and so many more of the same socket that there are `count`.
    private static func copies(
        of descriptor: Int32,
        count: Int
    ) throws(SystemError) -> [Int32] {
        var copies = [descriptor]
        do throws(SystemError) {
            for _ in 1..<count {
                copies.append(try SystemCall.checked("fcntl") { clinux_duplicate(descriptor) })
            }
        } catch {
            for descriptor in copies { SystemCall.close(descriptor) }
            throw error
        }
        return copies
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
        handler: any RequestHandler,
        shares: ConnectionShares,
        shortages: ShortageReport
    ) throws(ServerError) -> Acceptor {
        do throws(SystemError) {
            return Acceptor(
                loop: try EventLoop(),
                listening: descriptor,
                limits: limits,
                connectionLimit: connectionLimit,
                handler: handler,
                shares: shares,
                shortages: shortages
            )
        } catch {
            throw .system(error)
        }
    }

    /// A server on a port that nobody else listens on.
    package convenience init(
        address: SocketAddress,
        loopCount: Int,
        limits: ServerLimits = ServerLimits(),
        handler: @autoclosure () -> any RequestHandler,
        report: @escaping @Sendable (ServerShortage) -> Void = { _ in }
    ) throws(ServerError) {
        try self.init(
            listening: .tcp(address, sharesPort: false),
            loopCount: loopCount,
            limits: limits,
            handler: handler(),
            report: report
        )
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
        let socketPath = socketPath
        let task = stopping.withLock { stopping in
            if let stopping { return stopping }
            let task = Task {
                // Who starts in our place may make it anew from now on.
                if let socketPath { unlink(socketPath) }
                return await withTaskGroup(of: Int.self) { group in
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
