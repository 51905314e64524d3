internal import CLinux
internal import Glibc
internal import Synchronization

/// A server: some event loops, each with its own listening socket on the same port, or with its own
/// descriptor of the one socket that there is.
package final class Server: Sendable {
    /// Where the server listens, with the true port if 0 was asked for; a host may have several
    /// addresses.
    package let addresses: [SocketAddress]
    /// Addresses of the host that are none of this machine's, and why.
    package let missing: [(address: SocketAddress, reason: SystemError)]
    /// Most open connections: ``TransportLimits/connections``, or what the descriptors allow.
    package let connectionLimit: Int

    private let acceptors: [Acceptor]
    private let capacity: ConnectionCapacity
    /// The socket in the file system that is removed at the end.
    private let file: UnixSocket?
    /// The one shutdown, whoever asked for it first.
    private let stopping = Mutex<Task<Int, Never>?>(nil)

    /// Binds the sockets; nothing is accepted before ``start()``.
    ///
    /// - Parameters:
    ///   - loopCount: The number of event loops, usually that of the cores; at least 1.
    ///   - report: Called on a loop when new connections begin to wait for want of something, or are
    ///     refused.
    ///   - relieved: Called on a loop when none has to wait any more.
    ///   - handler: Called once for each loop, with the addresses that the server listens on.
    /// - Throws: ``ServerError`` when the address cannot be listened on.
    package init(
        listening wanted: ListenAddress,
        loopCount: Int,
        limits: TransportLimits,
        report: @escaping @Sendable (ServerShortage) -> Void,
        relieved: @escaping @Sendable () -> Void,
        handler: (EventLoop, [SocketAddress]) -> any ConnectionHandler
    ) throws(ServerError) {
        precondition(loopCount >= 1, "a server needs a loop")
        let descriptors = DescriptorLimit.connections(of: DescriptorLimit.current)
        let capacity = ConnectionCapacity(limit: min(limits.connections, descriptors))
        let shares = ConnectionShares(limit: limits.connectionsPerClient)
        let shortages = ShortageReport(report, relieved: relieved)
        var acceptors: [Acceptor] = []
        var sockets = try ListeningSockets(wanted, loopCount: loopCount)
        do throws(SystemError) {
            for listening in sockets.descriptors {
                let loop = try EventLoop()
                let acceptor = Acceptor(
                    loop: loop,
                    listening: listening,
                    limits: limits,
                    handler: handler(loop, sockets.addresses),
                    capacity: capacity,
                    shares: shares,
                    shortages: shortages
                )
                acceptors.append(acceptor)
            }
        } catch {
            sockets.discard()
            throw .system(error)
        }
        addresses = sockets.addresses
        missing = sockets.missing.map { ($0.address, $0.reason) }
        connectionLimit = capacity.limit
        file = sockets.file
        self.capacity = capacity
        self.acceptors = acceptors
    }

    /// The first of ``addresses``.
    package var address: SocketAddress { addresses[0] }

    /// Starts the loops' threads and accepts connections.
    ///
    /// - Throws: ``ServerError`` when there can be no more threads.
    package func start() throws(ServerError) {
        do throws(SystemError) {
            for (index, acceptor) in acceptors.enumerated() {
                try acceptor.start(name: "http-\(index)")
            }
        } catch {
            throw .system(error)
        }
    }

    /// Removes the socket in the file system, if there is one: for a server that will not be started.
    package func removeFile() { file?.remove() }

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
        let (file, capacity) = (file, capacity)
        let task = stopping.withLock { stopping in
            if let stopping { return stopping }
            let task = Task {
                // Who starts in our place may make it anew from now on.
                file?.remove()
                capacity.close()
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
