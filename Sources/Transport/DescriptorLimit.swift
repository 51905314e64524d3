internal import Glibc

/// The number of descriptors that the process may have open (`RLIMIT_NOFILE`, getrlimit(2)).
package enum DescriptorLimit {
    /// The descriptors reserved for everything but client connections: broker, store, log,
    /// listening sockets.
    ///
    /// Each librdkafka client has a socket and two ends of a pipe for each broker of the cluster,
    /// and a few more descriptors. A gateway has three clients, and up to three more for a while.
    /// The store has at most 16.
    private enum Reserve {
        static let least = 128
        /// The reserve is at least an eighth of all descriptors, for clusters with many brokers.
        static let share = 8
    }

    /// The lowest limit that is accepted.
    ///
    /// Below it, less than half of the descriptors would remain for connections.
    static let least = 256

    /// Raises the soft limit to the hard one.
    ///
    /// Shells still start with 1,024 because of select(2), but each connection needs a descriptor.
    ///
    /// - Throws: ``ServerError/tooFewDescriptors(limit:least:)`` when the limit is still below
    ///   ``least``.
    package static func raise() throws(ServerError) {
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0 else { return }
        if limit.rlim_cur < limit.rlim_max {
            limit.rlim_cur = limit.rlim_max
            // If the kernel refuses, the limit stays as it was, and fewer connections are possible.
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

    /// Returns how many of the given number of descriptors client connections may use.
    package static func connections(of limit: Int) -> Int {
        max(1, limit - max(Reserve.least, limit / Reserve.share))
    }

    private static var resource: __rlimit_resource_t {
        __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    }
}
