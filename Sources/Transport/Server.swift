internal import CLinux
internal import Glibc
internal import Synchronization

/// A server with several event loops.
///
/// Each loop has its own listening socket on the same port, or its own descriptor of the single
/// socket.
package final class Server: Sendable {
    /// The addresses on which the server listens, with the actual port if the configured one is 0.
    ///
    /// A host may have several addresses.
    package let addresses: [SocketAddress]
    /// The addresses of the host that do not belong to this machine, and the reason.
    package let missing: [(address: SocketAddress, reason: SystemError)]
    /// The maximum number of open connections: ``TransportLimits/connections``, or what the
    /// descriptors allow.
    package let connectionLimit: Int

    private let acceptors: [Acceptor]
    private let capacity: ConnectionCapacity
    /// The socket in the file system that the server removes at the end.
    private let file: UnixSocket?
    /// The only shutdown, whichever call requested it first.
    private let stopping = Mutex<Task<Int, Never>?>(nil)

    /// Binds the sockets.
    ///
    /// The server accepts no connection before ``start()``.
    ///
    /// - Parameters:
    ///   - loopCount: The number of event loops, usually the number of cores; at least 1.
    ///   - report: Called on a loop when new connections begin to wait because of a shortage, or
    ///     are refused.
    ///   - relieved: Called on a loop when no connection has to wait any more.
    ///   - handler: Called once for each loop, with the addresses that the server listens on.
    /// - Throws: ``ServerError`` when the server cannot listen on the address.
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

    /// The event loops, in the order of their threads' numbers.
    package var loops: [EventLoop] { acceptors.map(\.loop) }

    /// The first of ``addresses``.
    package var address: SocketAddress { addresses[0] }

    /// Starts the loops' threads and accepts connections.
    ///
    /// - Parameter name: The name of the threads, before the number of the loop.
    /// - Throws: ``ServerError`` when no thread can be created.
    package func start(name: String = "http") throws(ServerError) {
        do throws(SystemError) {
            for (index, acceptor) in acceptors.enumerated() {
                try acceptor.start(name: "\(name)-\(index)")
            }
        } catch {
            throw .system(error)
        }
    }

    /// Removes the socket in the file system, if there is one.
    ///
    /// Use it for a server that is not started.
    package func removeFile() { file?.remove() }

    /// The number of open connections.
    package var connectionCount: Int {
        acceptors.reduce(0) { $0 + $1.connectionCount }
    }

    /// Stops accepting, closes idle connections and lets requests in flight finish.
    ///
    /// A second call waits for the first shutdown.
    ///
    /// - Parameter patience: The time for requests in flight. After it, the remaining connections
    ///   are cut off.
    /// - Returns: The number of connections that were cut off.
    @discardableResult
    package func shutdown(within patience: Duration) async -> Int {
        let acceptors = acceptors
        let (file, capacity) = (file, capacity)
        let task = stopping.withLock { stopping in
            if let stopping { return stopping }
            let task = Task {
                // From now on, a successor process may create the file again.
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
