import Foundation

/// A broker independent of librdkafka that keeps its topics on disk.
///
/// `noida-db` also keeps everything in memory, so it is limited to about 50,000 messages.
package final class NoidaBroker: TestBroker {
    /// Whether the environment variable `NOIDA_DB` names the program; `make test` sets it.
    package static var isAvailable: Bool {
        (try? program()) != nil
    }

    package let port: Int
    private let folder: TemporaryFolder
    private let process: ProcessSlot

    package var bootstrapServers: String { "127.0.0.1:\(port)" }

    /// Starts a broker without topics and waits until it answers.
    package static func start() async throws -> NoidaBroker {
        let broker = try NoidaBroker()
        try await broker.launch()
        return broker
    }

    private init() throws {
        port = try freePort()
        folder = try TemporaryFolder()
        process = ProcessSlot()
    }

    /// Ends the broker at once (SIGKILL).
    ///
    /// The broker writes to disk about once a second. Records acknowledged since the last write are
    /// lost, unlike with a broker with `acks=all` and replicas. Use ``stop()`` for an outage
    /// without loss.
    package func kill() async throws {
        process.current?.kill()
        try await process.current?.waitForExit()
    }

    /// Asks the broker to stop, and waits until it has written everything to disk and ended.
    package func stop() async throws {
        process.current?.terminate()
        try await process.current?.waitForExit()
    }

    /// Starts the broker again with the same port and topics, after ``kill()`` or ``stop()``, and
    /// waits until it answers; stops a running broker first.
    package func restart() async throws {
        try await stop()
        try await launch()
    }

    private func launch() async throws {
        let process = try ChildProcess(
            Self.program(),
            [
                "start", "--only", "kafka", "--host", "127.0.0.1", "--kafka-port", "\(port)",
                "--data-dir", folder.path,
            ]
        )
        self.process.current = process
        try await eventually("an answer of the broker on port \(port)") {
            guard process.isRunning else {
                throw SupportError("The broker did not start. \(process.report)")
            }
            return await answers()
        }
    }

    /// Returns whether the broker answers an ApiVersions request.
    private func answers() async -> Bool {
        let port = port
        let length = try? await onThread {
            let connection = try RawConnection(port: port, timeout: .seconds(1))
            // Length, API key 18, version 0, correlation id 1, no client id.
            try connection.send([0, 0, 0, 10, 0, 18, 0, 0, 0, 0, 0, 1, 0xFF, 0xFF])
            return try connection.receive(until: { $0.count >= 8 }).count
        }
        return length != nil
    }

    /// Returns the path of the program itself, because the command from PyPI is a Python script
    /// that starts the program as a child, which signals would not reach.
    private static func program() throws(SupportError) -> String {
        guard let path = ProcessInfo.processInfo.environment["NOIDA_DB"] else {
            throw SupportError("NOIDA_DB is not set.")
        }
        let files = FileManager.default
        let libraries = URL(filePath: path)
            .deletingLastPathComponent().deletingLastPathComponent().appending(path: "lib")
        let versions = (try? files.contentsOfDirectory(atPath: libraries.path)) ?? []
        let installed = versions.map {
            libraries.appending(path: "\($0)/site-packages/noida_db/noida-db").path
        }
        // Without a Python environment around it, the path is the program.
        let program = installed.first(where: files.fileExists(atPath:)) ?? path
        guard files.isExecutableFile(atPath: program) else {
            throw SupportError("NOIDA_DB names no program: \(program)")
        }
        return program
    }
}
