import Glibc
import Synchronization

/// One node of a cluster: a Java process that starts and ends, with permanent ports and topics.
final class KafkaNode: Sendable {
    private enum Life {
        case stopped
        case running(ChildProcess)
        /// The process is stopped by a signal: it keeps its connections and answers nothing.
        case paused(ChildProcess)

        var process: ChildProcess? {
            switch self {
            case .stopped: nil
            case .running(let process), .paused(let process): process
            }
        }
    }

    /// The time limit for a stopping node to transfer its partitions.
    private static let stopLimit = Duration.seconds(60)

    let id: Int
    let ports: KafkaServerProperties.Ports
    private let life = Mutex(Life.stopped)

    init(id: Int, ports: KafkaServerProperties.Ports) {
        self.id = id
        self.ports = ports
    }

    /// The port for clients without authentication and encryption.
    var port: Int? { ports.listeners[.plaintext] }

    var process: ChildProcess? { life.withLock { $0.process } }

    /// Whether the node was started and is not stopped or paused; it may have ended without notice.
    var isRunning: Bool {
        life.withLock { if case .running = $0 { true } else { false } }
    }

    // MARK: Starting and ending

    func begin(_ process: ChildProcess) {
        life.withLock { $0 = .running(process) }
    }

    /// Ends the node at once (SIGKILL), and waits for its end.
    func kill() async throws {
        let process = take()
        process?.kill()
        try await process?.waitForExit()
    }

    /// Asks the node to stop (SIGTERM), and waits for its end.
    func stop() async throws {
        resume()
        let process = take()
        process?.terminate()
        try await process?.waitForExit(within: Self.stopLimit)
    }

    /// Suspends the node (SIGSTOP).
    func pause() throws {
        try life.withLock { life in
            guard case .running(let process) = life else { return }
            try process.suspend()
            life = .paused(process)
        }
    }

    /// Resumes the node after ``pause()``.
    func resume() {
        life.withLock { life in
            guard case .paused(let process) = life else { return }
            process.send(SIGCONT)
            life = .running(process)
        }
    }

    private func take() -> ChildProcess? {
        life.withLock { life in
            defer { life = .stopped }
            return life.process
        }
    }

    // MARK: Watching

    /// Asks the node for the numbers of the brokers that it knows, including itself when it is
    /// ready; blocks.
    ///
    /// - Returns: `nil` when it does not answer.
    func knownBrokers() -> Set<Int>? {
        guard let port else { return nil }
        return try? MetadataRequest.brokers(port: port)
    }
}
