internal import Glibc

/// The number of descriptors that the process may have open (`RLIMIT_NOFILE`, getrlimit(2)).
package enum DescriptorLimit {
    /// Fewer are a mistake: the gateway's own work takes about 80 of them.
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
            // Left as it was if the kernel refuses: accepting then pauses when descriptors run out.
            _ = setrlimit(resource, &limit)
        }
        let limitInForce = current
        guard limitInForce >= least else {
            throw .tooFewDescriptors(limit: limitInForce, least: least)
        }
    }

    /// The limit in force.
    static var current: Int {
        var limit = rlimit()
        getrlimit(resource, &limit)
        return Int(clamping: limit.rlim_cur)
    }

    private static var resource: __rlimit_resource_t {
        __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    }
}
