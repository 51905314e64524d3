import Foundation

/// A broker on which the end-to-end tests run, whichever it is.
package protocol TestBroker: Sendable {
    /// The same after a restart.
    var bootstrapServers: String { get }

    /// Asks it to stop, and waits until it has written everything to disk and ended.
    func stop() async throws

    /// Starts it again with the same address and topics, and waits until it serves; one that still
    /// runs is stopped first.
    func restart() async throws
}

/// Which broker the end-to-end tests run on.
package enum EndToEndBroker: String {
    case noida = "noida-db"
    case kafka

    /// What the environment's `END_TO_END_BROKER` says; `make test-kafka` does.
    private static var chosen: EndToEndBroker? {
        ProcessInfo.processInfo.environment["END_TO_END_BROKER"]
            .map(EndToEndBroker.init(rawValue:)) ?? .noida
    }

    /// Whether it can be started; tests that need it are left out otherwise.
    package static var isAvailable: Bool {
        switch chosen {
        case .noida: NoidaBroker.isAvailable
        case .kafka: KafkaBroker.isAvailable
        // What cannot be understood is told by the tests.
        case nil: true
        }
    }

    /// Whether it is there, and hands the partitions of a member that died on to others that join.
    package static var getsOverDeadMembers: Bool { isAvailable && chosen == .kafka }

    fileprivate static var current: EndToEndBroker {
        get throws(SupportError) {
            guard let chosen else { throw SupportError("END_TO_END_BROKER names no broker.") }
            return chosen
        }
    }
}

/// Runs a body beside a new broker without topics, which is gone afterwards: noida-db, or what the
/// environment's `END_TO_END_BROKER` says.
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
