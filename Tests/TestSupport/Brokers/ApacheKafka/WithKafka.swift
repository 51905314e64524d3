package import Testing

/// Runs a body with an Apache Kafka cluster, which is removed afterwards.
///
/// The function first waits for its turn, because only few clusters run at once.
package func withKafka<Value>(
    _ setup: KafkaSetup = KafkaSetup(),
    isolation: isolated (any Actor)? = #isolation,
    _ body: (KafkaBroker) async throws -> Value
) async throws -> Value {
    await ClusterPlaces.shared.take(nodes: setup.nodes)
    defer { ClusterPlaces.shared.give(nodes: setup.nodes) }
    let kafka = try await KafkaBroker(setup)
    do {
        try await kafka.begin()
        let value = try await body(kafka)
        try await kafka.end()
        return value
    } catch {
        try await kafka.end()
        throw error
    }
}

/// A trait that starts one Apache Kafka cluster for all tests of a suite.
package struct KafkaTrait: SuiteTrait, TestScoping {
    let setup: KafkaSetup

    package func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @Sendable () async throws -> Void
    ) async throws {
        try await withKafka(setup) { kafka in
            try await KafkaBroker.$ofSuite.withValue(kafka) { try await function() }
        }
    }
}

extension Trait where Self == KafkaTrait {
    /// Starts a cluster before the suite's tests, and ends it after them.
    ///
    /// The tests use ``KafkaBroker/current``. The suite also needs `.enabled(if:
    /// KafkaBroker.isAvailable)`.
    package static func kafka(_ setup: KafkaSetup = KafkaSetup()) -> KafkaTrait {
        KafkaTrait(setup: setup)
    }
}

extension KafkaBroker {
    @TaskLocal fileprivate static var ofSuite: KafkaBroker?

    /// The cluster of the current test's suite.
    ///
    /// - Throws: ``SupportError`` when the suite has no cluster, or on a separate thread.
    package static var current: KafkaBroker {
        get throws(SupportError) {
            guard let ofSuite else { throw SupportError("The suite lacks the trait .kafka().") }
            return ofSuite
        }
    }
}
