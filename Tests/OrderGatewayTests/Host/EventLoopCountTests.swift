import TestSupport
import Testing

@testable import OrderGateway

/// How many event loops there are.
struct EventLoopCountTests {
    private func quota(
        _ memberships: String,
        _ mounts: String,
        _ files: [String: String]
    ) -> CPUQuota? {
        CPUQuota.find(memberships: memberships, mounts: mounts, read: { files[$0] })
    }

    private static let version2 =
        "24 1 0:22 / /proc rw - proc proc rw\n"
        + "31 23 0:28 / /sys/fs/cgroup rw,relatime shared:9 - cgroup2 cgroup2 rw\n"
    private static let version1 =
        "32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n"
        + "35 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"

    @Test func `the quota of the process's own cgroup counts`() {
        let found = quota(
            "0::/a/b\n",
            Self.version2,
            ["/sys/fs/cgroup/a/b/cpu.max": "150000 100000\n"]
        )
        #expect(found?.processors == 1.5)
        #expect(found?.wholeProcessors == 2)
        #expect(found?.folder == "/sys/fs/cgroup/a/b")
    }

    @Test func `of nested quotas the smallest counts`() {
        var files = [
            "/sys/fs/cgroup/cpu.max": "400000 100000", "/sys/fs/cgroup/a/cpu.max": "10000 5000",
            "/sys/fs/cgroup/a/b/cpu.max": "max 100000",
        ]
        #expect(quota("0::/a/b", Self.version2, files)?.folder == "/sys/fs/cgroup/a")
        files["/sys/fs/cgroup/cpu.max"] = "50000 100000"
        #expect(quota("0::/a/b", Self.version2, files)?.wholeProcessors == 1)
    }

    @Test func `version 1 has two files`() {
        let folder = "/sys/fs/cgroup/cpu,cpuacct/docker/x"
        var files = [
            "\(folder)/cpu.cfs_quota_us": "250000", "\(folder)/cpu.cfs_period_us": "100000",
        ]
        let memberships = "4:memory:/m\n1:cpu,cpuacct:/docker/x\n0::/\n"
        #expect(quota(memberships, Self.version1, files)?.wholeProcessors == 3)
        files["\(folder)/cpu.cfs_quota_us"] = "-1"
        #expect(quota(memberships, Self.version1, files) == nil)
    }

    /// Docker without a namespace of cgroups: what is mounted is the container's own.
    @Test func `a mount may begin below the topmost cgroup`() {
        let mounts = Self.version2.replacing("0:28 / ", with: "0:28 /docker/x ")
        #expect(
            quota("0::/docker/x/y", mounts, ["/sys/fs/cgroup/y/cpu.max": "100000 100000"])?
                .wholeProcessors == 1
        )
        // And may not show where the process is.
        for path in ["/other", "/../other", "/docker/xy"] {
            let files = ["/sys/fs/cgroup/cpu.max": "200000 100000"]
            #expect(quota("0::\(path)", mounts, files)?.folder == "/sys/fs/cgroup")
        }
    }

    @Test(arguments: ["", "max 100000", "x", "100000", "0 100000", "1 0", "-5 100000"])
    func `a file that says nothing is no quota`(_ text: String) {
        #expect(quota("0::/", Self.version2, ["/sys/fs/cgroup/cpu.max": text]) == nil)
    }

    @Test func `without cgroups there is no quota`() {
        #expect(quota("", "", [:]) == nil)
        #expect(quota("0::/", "nonsense\n- - -\n", [:]) == nil)
        #expect(quota("nonsense", Self.version2, [:]) == nil)
    }

    @Test(arguments: [
        (nil, 4, nil, 4, "CPU affinity allows 4 processors"),
        (nil, 4, 150_000, 2, "the CPU quota of /g is 1.5 processors"),
        (nil, 2, 800_000, 2, "CPU affinity allows 2 processors"),
        (nil, 4, 1_000, 1, "the CPU quota of /g is 0.01 processors"),
        (nil, 1_000, nil, 256, "CPU affinity allows 1000 processors"),
        (3, 4, 100_000, 3, "--event-loops says so"),
    ])
    func `the least of affinity and quota counts, unless a number is given`(
        _ configured: Int?,
        _ affinity: Int,
        _ quota: Int?,
        _ count: Int,
        _ reason: String
    ) {
        let quota = quota.map {
            CPUQuota(quotaMicroseconds: $0, periodMicroseconds: 100_000, folder: "/g")
        }
        let found = EventLoopCount(configured: configured, affinity: affinity, quota: quota)
        #expect(found.count == count)
        #expect(found.reason == reason)
    }
}
