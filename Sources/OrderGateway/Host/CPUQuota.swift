/// The processor time that a cgroup may use: a container's `--cpus`, or `limits.cpu` of a pod.
struct CPUQuota: Equatable {
    /// The processor time that may be used in each period.
    let quotaMicroseconds: Int
    let periodMicroseconds: Int
    /// The folder of the cgroup.
    let folder: String

    /// The quota in processors, rounded up.
    var wholeProcessors: Int { max(1, (quotaMicroseconds - 1) / periodMicroseconds + 1) }

    /// The quota in processors.
    var processors: Double { Double(quotaMicroseconds) / Double(periodMicroseconds) }

    // MARK: Search

    /// The mount point of a hierarchy of cgroups (proc(5), mountinfo).
    private struct Mount {
        /// The cgroup at the mount point.
        ///
        /// In a container this is not the root.
        let root: String
        let point: String
        let isVersion2: Bool
    }

    /// Returns the smallest quota of the process's cgroup and its visible parents; `nil` if there
    /// is none.
    ///
    /// - Parameters:
    ///   - memberships: The content of `/proc/self/cgroup`, see cgroups(7).
    ///   - mounts: The content of `/proc/self/mountinfo`, see proc(5).
    ///   - read: Returns the content of a file; `nil` if the file does not exist.
    static func find(
        memberships: String,
        mounts: String,
        read: (String) -> String?
    ) -> CPUQuota? {
        var found: CPUQuota?
        for mount in mounts.split(separator: "\n").compactMap({ Self.mount($0) }) {
            guard let path = path(in: memberships, isVersion2: mount.isVersion2) else { continue }
            for folder in folders(of: path, mount) {
                guard let quota = quota(folder, isVersion2: mount.isVersion2, read) else {
                    continue
                }
                if found.map({ quota.processors < $0.processors }) ?? true { found = quota }
            }
        }
        return found
    }

    /// Parses a line such as
    /// `31 23 0:28 / /sys/fs/cgroup rw,relatime shared:1 - cgroup2 cgroup2 rw`.
    private static func mount(_ line: Substring) -> Mount? {
        let fields = line.split(separator: " ")
        guard let dash = fields.firstIndex(of: "-"), dash >= 6, fields.count > dash + 3 else {
            return nil
        }
        let isVersion2 = fields[dash + 1] == "cgroup2"
        let hasCPU =
            fields[dash + 1] == "cgroup" && fields[dash + 3].split(separator: ",").contains("cpu")
        guard isVersion2 || hasCPU else { return nil }
        return Mount(root: String(fields[3]), point: String(fields[4]), isVersion2: isVersion2)
    }

    /// Returns the process's cgroup: `0::/system.slice/x` in version 2, `4:cpu,cpuacct:/x` in
    /// version 1.
    private static func path(in memberships: String, isVersion2: Bool) -> String? {
        for line in memberships.split(separator: "\n") {
            let fields = line.split(
                separator: ":",
                maxSplits: 2,
                omittingEmptySubsequences: false
            )
            guard fields.count == 3 else { continue }
            let controllers = fields[1].split(separator: ",")
            if isVersion2 ? fields[0] == "0" && controllers.isEmpty : controllers.contains("cpu") {
                return String(fields[2])
            }
        }
        return nil
    }

    /// Returns the folders of the cgroup and of its parents, as far as the mount shows them.
    private static func folders(of path: String, _ mount: Mount) -> [String] {
        var names = path.split(separator: "/")
        let root = mount.root.split(separator: "/")
        // A cgroup outside the namespace, such as /../x, cannot be seen. Use the mounted one then.
        if names.starts(with: root), !names.contains("..") {
            names.removeFirst(root.count)
        } else {
            names = []
        }
        return (0...names.count).map { count in
            ([mount.point] + names.prefix(count).map(String.init)).joined(separator: "/")
        }
    }

    private static func quota(
        _ folder: String,
        isVersion2: Bool,
        _ read: (String) -> String?
    ) -> CPUQuota? {
        var words: [Int?] = []
        func add(_ file: String) {
            let text = read("\(folder)/\(file)") ?? ""
            words += text.split(whereSeparator: \.isWhitespace).map { Int($0) }
        }
        // `max` and -1 mean that there is no limit.
        if isVersion2 {
            add("cpu.max")
        } else {
            add("cpu.cfs_quota_us")
            add("cpu.cfs_period_us")
        }
        guard words.count >= 2, let quota = words[0], let period = words[1], quota > 0, period > 0
        else { return nil }
        return CPUQuota(quotaMicroseconds: quota, periodMicroseconds: period, folder: folder)
    }
}
