internal import Glibc

/// The number of descriptors that the process may have open (`RLIMIT_NOFILE`, getrlimit(2)).
package enum DescriptorLimit {
    /// Raises the soft limit to the hard one: shells still begin with 1,024, for the sake of
    /// select(2), and a connection needs a descriptor.
    ///
    /// - Returns: The limit in force afterwards.
    @discardableResult
    package static func raise() -> Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 0 }
        if limit.rlim_cur < limit.rlim_max {
            limit.rlim_cur = limit.rlim_max
            // Left as it was if the kernel refuses: accepting then pauses when descriptors run out.
            _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
            getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        }
        return Int(clamping: limit.rlim_cur)
    }
}
