internal import CLinux
internal import Glibc

/// The number of event loops that serve HTTP, and the reason for it.
package struct EventLoopCount: Equatable, Sendable {
    package enum Limits {
        /// The accepted numbers.
        ///
        /// Each loop uses three descriptors and about 100 KB.
        package static let range = 1...256
        /// The size of the mask of processors, in bytes: enough for 65,536 processors.
        static let affinityBytes = 8 * 1024
    }

    package let count: Int
    /// The reason for the number, for the log.
    package let reason: String

    /// - Parameters:
    ///   - configured: The value of `--event-loops`.
    ///   - affinity: The number of processors that the process may run on.
    ///   - quota: The quota of the cgroup.
    init(configured: Int?, affinity: Int, quota: CPUQuota?) {
        if let configured {
            count = configured
            reason = "--event-loops says so"
            return
        }
        let range = Limits.range
        if let quota, quota.wholeProcessors < affinity {
            count = min(quota.wholeProcessors, range.upperBound)
            reason = "the CPU quota of \(quota.folder) is \(quota.processors) processors"
        } else {
            count = min(max(affinity, range.lowerBound), range.upperBound)
            reason = "CPU affinity allows \(affinity) processors"
        }
    }

    /// Creates the number for this process.
    package init(configured: Int?) {
        self.init(
            configured: configured,
            affinity: Self.affinity(),
            quota: CPUQuota.find(
                memberships: Self.content("/proc/self/cgroup") ?? "",
                mounts: Self.content("/proc/self/mountinfo") ?? "",
                read: Self.content
            )
        )
    }

    private static func affinity() -> Int {
        var mask = [UInt8](repeating: 0, count: Limits.affinityBytes)
        guard clinux_affinity(&mask, UInt(mask.count)) == 0 else {
            return max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        }
        return max(1, mask.reduce(0) { $0 + $1.nonzeroBitCount })
    }

    private static func content(_ path: String) -> String? {
        (try? SmallFile.read(path)).map { String(decoding: $0, as: UTF8.self) }
    }
}
