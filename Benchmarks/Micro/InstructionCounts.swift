import Foundation

/// Counts instructions with callgrind (valgrind), which runs this program on a processor that it
/// imitates.
///
/// That makes the counts the same from run to run, whatever else the machine does. The processor
/// is the same on every machine that has AVX2, so glibc and others choose the same variants of what
/// they have for each kind of processor (memcpy and its like).
enum InstructionCounts {
    /// Enough for what happens only now and then to be averaged, few enough for seconds: callgrind
    /// takes some fifty times as long.
    static let events = 1_000

    /// The limits are for one architecture.
    #if arch(x86_64)
        static let haveLimits = true
    #else
        static let haveLimits = false
    #endif

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// The first argument of this program when it is run by ``measure(_:)``.
    static let command = "counted"

    /// Runs benchmarks in a process of their own.
    ///
    /// - Parameter names: A part of the names of those that are run.
    /// - Returns: The instructions of all runs of each, in their order.
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
        // Otherwise each process has other collisions in its dictionaries.
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

    /// The sum in a file that callgrind has written.
    private static func count(in file: URL) throws -> Double {
        let text = try String(contentsOf: file, encoding: .utf8)
        let line = text.split(separator: "\n").last { $0.hasPrefix("totals: ") }
        guard let line, let count = Double(line.dropFirst("totals: ".count)) else {
            throw Failure(description: "callgrind's \(file.lastPathComponent) has no sum")
        }
        return count
    }
}
