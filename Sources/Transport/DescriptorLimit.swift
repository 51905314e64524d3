internal import Glibc

/// The number of descriptors that the process may have open (`RLIMIT_NOFILE`, getrlimit(2)).
package enum DescriptorLimit {
    /// What is kept for all that is no connection of a client: broker, store, log, listening sockets.
    ///
    /// Each librdkafka client has a socket and two ends of a pipe for each broker of the cluster, and a
    /// few more; a gateway has three clients, and up to three more for a while. The store has at most
    /// 16.
    private enum Reserve {
        static let least = 128
        /// Of many descriptors it is an eighth, for clusters that have many brokers.
        static let share = 8
    }

    /// Fewer are a mistake: no more than half of them are then left for connections.
    static let least = 256

    /// Raises the soft limit to the hard one: shells still begin with 1,024, for the sake of
    /// select(2), and a connection needs a descriptor.
    ///
    /// - Throws: ``ServerError/tooFewDescriptors(limit:least:)`` when the limit is below ``least``
    ///   all the same.
    package static func raise() throws(ServerError) {
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0 else { return }
        if limit.rlim_cur < limit.rlim_max {
            limit.rlim_cur = limit.rlim_max
            // Left as it was if the kernel refuses: then there may be fewer connections.
            _ = setrlimit(resource, &limit)
        }
        let limitInForce = current
        guard limitInForce >= least else {
            throw .tooFewDescriptors(limit: limitInForce, least: least)
        }
    }

    /// The limit in force.
    package static var current: Int {
        var limit = rlimit()
        getrlimit(resource, &limit)
        return Int(clamping: limit.rlim_cur)
    }

    /// How many of so many descriptors clients' connections may take.
    package static func connections(of limit: Int) -> Int {
        max(1, limit - max(Reserve.least, limit / Reserve.share))
    }

    private static var resource: __rlimit_resource_t {
        __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    }
}
