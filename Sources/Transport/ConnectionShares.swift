internal import Synchronization

/// Counts the connections of each client over all loops, so that no client takes all of them.
final class ConnectionShares: Sendable {
    private let limit: Int
    /// Has at most as many entries as there are open connections.
    private let counts = Mutex<[ClientNetwork: Int]>([:])

    /// - Parameter limit: The maximum number of open connections of one client.
    init(limit: Int) {
        self.limit = limit
    }

    /// Counts a new connection.
    ///
    /// - Returns: `false` when the client has reached the limit. The connection is not counted
    ///   then.
    func begin(_ client: ClientNetwork) -> Bool {
        counts.withLock { counts in
            let count = counts[client, default: 0]
            guard count < limit else { return false }
            counts[client] = count + 1
            return true
        }
    }

    func end(_ client: ClientNetwork) {
        counts.withLock { counts in
            guard let count = counts[client] else { return }
            counts[client] = count > 1 ? count - 1 : nil
        }
    }
}
