import Foundation

/// The interface of all brokers on which the end-to-end tests run.
package protocol TestBroker: Sendable {
    /// The addresses of the broker, which stay the same after a restart.
    var bootstrapServers: String { get }

    /// Asks the broker to stop, and waits until it has written everything to disk and ended.
    func stop() async throws

    /// Starts the broker again with the same address and topics, and waits until it is ready; stops
    /// a running broker first.
    func restart() async throws
}

/// The kind of broker on which the end-to-end tests run.
package enum EndToEndBroker: String {
    case noida = "noida-db"
    case kafka

    /// The choice in the environment variable `END_TO_END_BROKER`, which `make test-kafka` sets.
    private static var chosen: EndToEndBroker? {
        ProcessInfo.processInfo.environment["END_TO_END_BROKER"]
            .map(EndToEndBroker.init(rawValue:)) ?? .noida
    }

    /// Whether the broker can be started; otherwise tests that need it are skipped.
    package static var isAvailable: Bool {
        switch chosen {
        case .noida: NoidaBroker.isAvailable
        case .kafka: KafkaBroker.isAvailable
        // The tests report a value that is not valid.
        case nil: true
        }
    }

    /// Whether the broker is available and reassigns the partitions of a dead member to members
    /// that join.
    package static var getsOverDeadMembers: Bool { isAvailable && chosen == .kafka }

    fileprivate static var current: EndToEndBroker {
        get throws(SupportError) {
            guard let chosen else { throw SupportError("END_TO_END_BROKER names no broker.") }
            return chosen
        }
    }
}

/// Runs a body with a new broker without topics, which is removed afterwards.
///
/// The broker is noida-db, or the choice in the environment variable `END_TO_END_BROKER`.
package func withBroker(
    isolation: isolated (any Actor)? = #isolation,
    _ body: (any TestBroker) async throws -> Void
) async throws {
    switch try EndToEndBroker.current {
    case .kafka: try await withKafka { try await body($0) }
    case .noida:
        let broker = try await NoidaBroker.start()
        do {
            try await body(broker)
        } catch {
            try? await broker.kill()
            throw error
        }
        try await broker.stop()
    }
}
