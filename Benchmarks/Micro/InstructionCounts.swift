import Foundation

/// Counts instructions with callgrind (valgrind), which runs this program on a simulated processor.
///
/// The counts are therefore the same in each run, whatever else the machine does. The simulated
/// processor is the same on every machine that has AVX2. So glibc and other libraries choose the
/// same variants of functions such as memcpy.
enum InstructionCounts {
    /// Enough events to average rare work, and few enough to finish in seconds.
    ///
    /// Callgrind takes about fifty times as long as a normal run.
    static let events = 1_000

    /// Whether the limits apply: they are for one architecture.
    #if arch(x86_64)
        static let haveLimits = true
    #else
        static let haveLimits = false
    #endif

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// The first argument of this program when ``measure(_:)`` starts it.
    static let command = "counted"

    /// Runs benchmarks in a separate process.
    ///
    /// - Parameter names: A text that the names of the benchmarks to run contain.
    /// - Returns: The instructions of all runs of each benchmark, in the order of the benchmarks.
    static func measure(_ names: String) throws -> [Double] {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "order-gateway-instructions-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let log = folder.appending(path: "log")
        let valgrind = Process()
        valgrind.executableURL = URL(filePath: "/usr/bin/env")
        valgrind.arguments = [
            "valgrind", "--tool=callgrind", "--log-file=\(log.path())",
            "--callgrind-out-file=\(folder.path())/count",
            "--collect-atstart=no", "--toggle-collect=instructions_counted",
            "--dump-after=instructions_counted",
            CommandLine.arguments[0], command, names,
        ]
        // Without this, each process has different collisions in its dictionaries.
        valgrind.environment = ProcessInfo.processInfo.environment
            .merging(["SWIFT_DETERMINISTIC_HASHING": "1"]) { $1 }
        try valgrind.run()
        valgrind.waitUntilExit()
        guard valgrind.terminationStatus == 0 else {
            let reason = (try? String(contentsOf: log, encoding: .utf8)) ?? ""
            throw Failure(description: "valgrind failed: \(valgrind.terminationStatus)\n\(reason)")
        }
        var counts: [Double] = []
        while true {
            let file = folder.appending(path: "count.\(counts.count + 1)")
            guard FileManager.default.fileExists(atPath: file.path()) else { return counts }
            counts.append(try count(in: file))
        }
    }

    /// Returns the sum in a file that callgrind has written.
    private static func count(in file: URL) throws -> Double {
        let text = try String(contentsOf: file, encoding: .utf8)
        let line = text.split(separator: "\n").last { $0.hasPrefix("totals: ") }
        guard let line, let count = Double(line.dropFirst("totals: ".count)) else {
            throw Failure(description: "callgrind's \(file.lastPathComponent) has no sum")
        }
        return count
    }
}
