import Foundation
import Glibc

/// A program started by a test.
///
/// It is killed, with its descendants, when nothing refers to it any
/// more, and also when the test process ends in whatever way.
package final class ChildProcess: Sendable {
    /// How a process ended, and everything it wrote.
    package struct Ending: Sendable {
        /// The exit code, or the negative number of the signal that ended it.
        package var exitCode: Int32
        package var output: [UInt8]
        package var errorOutput: String

        package var text: String { String(decoding: output, as: UTF8.self) }
    }

    /// For messages: the program's name and its process id.
    package let name: String
    private let state: ProcessState

    /// Starts a program.
    ///
    /// - Parameters:
    ///   - executable: A path, or a name that is looked up in `PATH`.
    ///   - arguments: Its arguments.
    ///   - environment: Added to the test's own environment; `nil` removes a variable.
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

    /// Runs a program to its end.
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

    /// Standard output so far.
    package var output: String { state.output.text }

    /// Standard error so far.
    package var errorOutput: String { state.errorOutput.text }

    /// Waits until a line with the text is complete on either stream.
    ///
    /// - Returns: The first such line, without its end.
    /// - Throws: ``SupportError`` with what was written instead, when time is up or it has ended.
    @discardableResult
    package func waitForOutput(
        containing text: String,
        within limit: Duration = .seconds(30)
    ) async throws -> String {
        var found: Substring?
        try await eventually(within: limit, "\"\(text)\" from \(name)") {
            // Asked before the streams are read, so that the last words are not missed.
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

    /// What it has said, for a message.
    package var report: String {
        let end = exitCode.map { "It ended with \($0)." } ?? "It is running."
        return "\(end)\nstandard output: \(output.suffix(4_000))\n"
            + "standard error: \(errorOutput.suffix(4_000))"
    }

    /// The exit code, or the negative number of the signal that ended it; `nil` while it runs.
    package var exitCode: Int32? { state.exitCode }

    // MARK: Ending

    /// Asks it to stop (SIGTERM).
    package func terminate() { send(SIGTERM) }

    /// Interrupts it as Ctrl-C does (SIGINT).
    package func interrupt() { send(SIGINT) }

    /// Ends it and its descendants at once (SIGKILL).
    package func kill() { state.send(SIGKILL, toGroup: true) }

    /// Sends it a signal, unless it has ended.
    package func send(_ signal: Int32) { state.send(signal, toGroup: false) }
}
