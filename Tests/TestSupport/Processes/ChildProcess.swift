import Foundation
import Glibc

/// A program that a test has started.
///
/// The program and its descendants are killed when the last reference ends, and also whenever the
/// test process ends.
package final class ChildProcess: Sendable {
    /// The result of an ended process, with its whole output.
    package struct Ending: Sendable {
        /// The exit code, or the negative number of the signal that ended it.
        package var exitCode: Int32
        package var output: [UInt8]
        package var errorOutput: String

        package var text: String { String(decoding: output, as: UTF8.self) }
    }

    /// The program's name and its process id, for messages.
    package let name: String
    private let state: ProcessState

    /// Starts a program.
    ///
    /// - Parameters:
    ///   - executable: A path, or a name to look up in `PATH`.
    ///   - arguments: Its arguments.
    ///   - environment: Variables added to the test's own environment; `nil` removes a variable.
    package init(
        _ executable: String,
        _ arguments: [String] = [],
        environment: [String: String?] = [:]
    ) throws(SupportError) {
        var variables = ProcessInfo.processInfo.environment
        for (name, value) in environment { variables[name] = value }
        let process = try Spawner.shared.spawn(
            SpawnRequest(arguments: [executable] + arguments, environment: variables)
        )
        state = ProcessState(processID: process.processID)
        state.watch(output: process.output, errorOutput: process.errorOutput)
        let program = executable.split(separator: "/").last.map(String.init) ?? executable
        name = "\(program) (\(process.processID))"
    }

    deinit { state.send(SIGKILL, toGroup: true) }

    /// Runs a program until it ends.
    package static func run(
        _ executable: String,
        _ arguments: [String] = [],
        environment: [String: String?] = [:],
        within limit: Duration = .seconds(60)
    ) async throws -> Ending {
        let process = try ChildProcess(executable, arguments, environment: environment)
        let exitCode = try await process.waitForExit(within: limit)
        return Ending(
            exitCode: exitCode,
            output: process.state.output.content,
            errorOutput: process.errorOutput
        )
    }

    // MARK: Watching

    package var processID: Int32 { state.processID }

    package var isRunning: Bool { state.exitCode == nil }

    /// The standard output so far.
    package var output: String { state.output.text }

    /// The standard error so far.
    package var errorOutput: String { state.errorOutput.text }

    /// Waits until either stream has a complete line with the text.
    ///
    /// - Returns: The first such line, without its end.
    /// - Throws: ``SupportError`` with the actual output, when the time limit is exceeded or the
    ///   process has ended.
    @discardableResult
    package func waitForOutput(
        containing text: String,
        within limit: Duration = .seconds(30)
    ) async throws -> String {
        var found: Substring?
        try await eventually(within: limit, "\"\(text)\" from \(name)") {
            // Read this state before the streams. Otherwise the last lines could be missed.
            let hasEnded = state.exitCode != nil && state.isDrained
            found = line(containing: text, in: output) ?? line(containing: text, in: errorOutput)
            if found == nil && hasEnded {
                throw SupportError("\(name) ended without \"\(text)\". \(report)")
            }
            return found != nil
        }
        return found.map(String.init) ?? ""
    }

    private func line(containing text: String, in stream: String) -> Substring? {
        guard let end = stream.lastIndex(of: "\n") else { return nil }
        return stream[..<end].split(separator: "\n").first { $0.contains(text) }
    }

    /// Waits for the end of the process and of its output.
    ///
    /// - Returns: The exit code, or the negative number of the signal that ended it.
    @discardableResult
    package func waitForExit(within limit: Duration = .seconds(30)) async throws -> Int32 {
        try await eventually(within: limit, "the end of \(name)") {
            state.exitCode != nil && state.isDrained
        }
        return state.exitCode ?? 0
    }

    /// The state and the last output of the process, for a message.
    package var report: String {
        let end = exitCode.map { "It ended with \($0)." } ?? "It is running."
        return "\(end)\nstandard output: \(output.suffix(4_000))\n"
            + "standard error: \(errorOutput.suffix(4_000))"
    }

    /// The exit code, or the negative number of the signal that ended it; `nil` while it runs.
    package var exitCode: Int32? { state.exitCode }

    // MARK: Ending

    /// Asks the process to stop (SIGTERM).
    package func terminate() { send(SIGTERM) }

    /// Interrupts the process as Ctrl-C does (SIGINT).
    package func interrupt() { send(SIGINT) }

    /// Ends the process and its descendants at once (SIGKILL).
    package func kill() { state.send(SIGKILL, toGroup: true) }

    /// Sends the process a signal, unless it has ended.
    package func send(_ signal: Int32) { state.send(signal, toGroup: false) }

    /// Suspends the process (SIGSTOP), and waits until none of its threads runs: the signal reaches
    /// them one after the other.
    package func suspend() throws {
        send(SIGSTOP)
        try waitUntil("no thread of \(name) to run") { !isRunning || isSuspended }
    }

    /// Whether the kernel has stopped all threads (proc(5), `/proc/[pid]/task/[tid]/stat`).
    private var isSuspended: Bool {
        let tasks = "/proc/\(processID)/task"
        let threads = try? FileManager.default.contentsOfDirectory(atPath: tasks)
        return threads?.allSatisfy { thread in
            let stat = try? String(contentsOfFile: "\(tasks)/\(thread)/stat", encoding: .utf8)
            // The name before the state is in parentheses, and may contain anything.
            return stat?.split(separator: ")").last?.hasPrefix(" T") ?? false
        } ?? false
    }
}
