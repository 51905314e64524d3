import Foundation
import Glibc
import TestSupport
import Testing

/// Stops that come while the program is still starting.
@Suite(.serialized)
struct EarlyStopTests {
    /// When a start is asked to stop.
    enum Moment: CaseIterable {
        /// As soon as a signal no longer ends the process by itself.
        case signalsAreHandled
        /// As soon as there is a file of the program's, which a stop has to remove, or to close.
        case firstFileIsThere
    }

    private let temporary: TemporaryFolder
    private let data: TemporaryFolder

    init() throws {
        temporary = try TemporaryFolder()
        data = try TemporaryFolder()
    }

    private var serve: [String] {
        ["serve", "--kafka-brokers", "127.0.0.1:1", "--data-dir", data.path("data")]
    }

    @Test(arguments: Moment.allCases, [SIGTERM, SIGINT])
    func `dev ends as asked and leaves nothing behind`(
        _ moment: Moment,
        _ signal: Int32
    ) async throws {
        // The beginning of its name: a sanitizer's runtime makes files of its own there, before the
        // program begins.
        let first = File(folder: temporary, prefix: "order-gateway-dev-")
        try await stop(["dev"], at: moment, first, by: signal)
    }

    @Test(arguments: Moment.allCases, [SIGTERM, SIGINT])
    func `serve ends as asked, and can be started again`(
        _ moment: Moment,
        _ signal: Int32
    ) async throws {
        try await stop(serve, at: moment, File(folder: data, prefix: "data"), by: signal)
        let again = try start(serve)
        try await again.waitForOutput(containing: "info listening ")
        again.kill()
        try await again.waitForExit()
    }

    private func start(_ command: [String]) throws -> ChildProcess {
        try orderGateway(
            command + ["--http-port", "0"],
            environment: ["TMPDIR": temporary.path]
        )
    }

    /// - Parameter first: The first file that the program makes.
    private func stop(
        _ command: [String],
        at moment: Moment,
        _ first: File,
        by signal: Int32
    ) async throws {
        let process = try start(command)
        try await onThread {
            let deadline = ContinuousClock.now + .seconds(30)
            while !hasCome(moment, process, first) {
                guard process.isRunning, ContinuousClock.now < deadline else {
                    throw SupportError("It did not come to \(moment). \(process.report)")
                }
                // Not for longer: the start goes on meanwhile.
                usleep(200)
            }
            process.send(signal)
        }
        #expect(try await process.waitForExit() == 0, "\(process.report)")
        #expect(try contents(of: temporary).isEmpty)
    }
}

/// A file by the beginning of its name.
private struct File: Sendable {
    let folder: TemporaryFolder
    let prefix: String

    var exists: Bool {
        let names = (try? contents(of: folder)) ?? []
        return names.contains { $0.hasPrefix(prefix) }
    }
}

private func hasCome(
    _ moment: EarlyStopTests.Moment,
    _ process: ChildProcess,
    _ first: File
) -> Bool {
    switch moment {
    case .signalsAreHandled: isHandled([SIGTERM, SIGINT], by: process)
    case .firstFileIsThere: first.exists
    }
}

private func contents(of folder: TemporaryFolder) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path)
}

/// Whether a process catches each signal, as proc(5) says in `SigCgt`: a mask in which the signal 1 is
/// the lowest bit.
private func isHandled(_ signals: [Int32], by process: ChildProcess) -> Bool {
    let path = "/proc/\(process.processID)/status"
    guard let status = try? String(contentsOfFile: path, encoding: .utf8) else { return false }
    let line = status.split(separator: "\n").first { $0.hasPrefix("SigCgt:") }
    let digits = line?.split(separator: "\t").last ?? ""
    guard let mask = UInt64(digits, radix: 16) else { return false }
    return signals.allSatisfy { mask >> UInt64($0 - 1) & 1 == 1 }
}
