import Glibc
import Synchronization

/// One node of a cluster: a Java process that comes and goes, with ports and topics that stay.
final class KafkaNode: Sendable {
    private enum Life {
        case stopped
        case running(ChildProcess)
        /// Stopped by a signal: it keeps its connections and answers nothing.
        case paused(ChildProcess)

        var process: ChildProcess? {
            switch self {
            case .stopped: nil
            case .running(let process), .paused(let process): process
            }
        }
    }

    /// How long a node may take to hand its partitions over when it is asked to stop.
    private static let stopLimit = Duration.seconds(60)

    let id: Int
    let ports: KafkaServerProperties.Ports
    private let life = Mutex(Life.stopped)

    init(id: Int, ports: KafkaServerProperties.Ports) {
        self.id = id
        self.ports = ports
    }

    /// Where clients without a name and encryption find it.
    var port: Int? { ports.listeners[.plaintext] }

    var process: ChildProcess? { life.withLock { $0.process } }

    /// Whether it runs as far as it knows itself, and is not paused.
    var isRunning: Bool {
        life.withLock { if case .running = $0 { true } else { false } }
    }

    // MARK: Coming and going

    func begin(_ process: ChildProcess) {
        life.withLock { $0 = .running(process) }
    }

    /// Ends it at once (SIGKILL), and waits until it has ended.
    func kill() async throws {
        let process = take()
        process?.kill()
        try await process?.waitForExit()
    }

    /// Asks it to stop (SIGTERM), and waits until it has.
    func stop() async throws {
        resume()
        let process = take()
        process?.terminate()
        try await process?.waitForExit(within: Self.stopLimit)
    }

    /// Suspends it (SIGSTOP).
    func pause() {
        life.withLock { life in
            guard case .running(let process) = life else { return }
            process.send(SIGSTOP)
            life = .paused(process)
        }
    }

    /// Has it go on after ``pause()``.
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

    /// The numbers of the brokers that it knows, itself among them once it serves; blocks.
    ///
    /// - Returns: `nil` when it does not answer.
    func knownBrokers() -> Set<Int>? {
        guard let port else { return nil }
        return try? MetadataRequest.brokers(port: port)
    }
}
