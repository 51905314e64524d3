internal import Glibc
internal import Telemetry
internal import Text

/// What the kernel knows of this process: proc(5).
package struct ProcessMetrics: Sendable {
    package init() {}

    // MARK: Values

    /// The processor time of all threads, in seconds.
    package var cpuSeconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    package var residentBytes: Int { pages(1) }
    package var virtualBytes: Int { pages(0) }
    package var threads: Int { status("Threads:") }

    /// The number of open descriptors, without the one that counts them.
    package var openDescriptors: Int {
        guard let folder = opendir("/proc/self/fd") else { return 0 }
        defer { closedir(folder) }
        var count = 0
        while readdir(folder) != nil { count += 1 }
        // These are the folder itself, its parent, and the descriptor of this function.
        return max(0, count - 3)
    }

    package var mostDescriptors: Int {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        return Int(clamping: limit.rlim_cur)
    }
}

extension ProcessMetrics {
    /// Returns a number of /proc/self/statm in bytes; the file has numbers of pages.
    private func pages(_ index: Int) -> Int {
        let numbers = content("/proc/self/statm").split(separator: " ")
        guard numbers.indices.contains(index) else { return 0 }
        return (Int(numbers[index]) ?? 0) * Int(sysconf(Int32(_SC_PAGESIZE)))
    }

    /// Returns a number of /proc/self/status by its name.
    private func status(_ name: String) -> Int {
        let line = content("/proc/self/status").split(separator: "\n").first { $0.hasPrefix(name) }
        return line.flatMap { Int($0.dropFirst(name.count).filter(\.isNumber)) } ?? 0
    }

    private func content(_ path: String) -> String {
        let bytes = (try? SmallFile.read(path)) ?? []
        return String(decoding: bytes, as: UTF8.self)
    }

    // MARK: Text

    /// - Parameter start: The start of the process.
    func families(start: Timestamp) -> [MetricFamily] {
        func gauge(
            _ name: String,
            _ help: String,
            _ value: @escaping @Sendable () -> Int
        ) -> MetricFamily {
            MetricFamily(name, .gauge, help) { Double(value()) }
        }
        return [
            MetricFamily(
                "process_cpu_seconds_total",
                .counter,
                "The processor time of all threads."
            ) { cpuSeconds },
            gauge("process_resident_memory_bytes", "Memory in use.") { residentBytes },
            gauge("process_virtual_memory_bytes", "Addresses in use.") { virtualBytes },
            gauge("process_open_fds", "Open descriptors.") { openDescriptors },
            gauge("process_max_fds", "The limit of open descriptors.") { mostDescriptors },
            gauge("process_threads", "Threads.") { threads },
            MetricFamily(
                "process_start_time_seconds",
                .gauge,
                "The start of the process, in seconds since 1970."
            ) { Double(start.millisecondsSinceEpoch) / 1000 },
        ]
    }
}
