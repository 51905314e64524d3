package import Testing

/// Runs a body with a cluster of Apache Kafka that is gone afterwards.
///
/// It waits for its turn before: few clusters run at once.
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

/// One cluster of Apache Kafka for all tests of a suite.
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
    /// Starts a cluster before the suite's tests, which find it at ``KafkaBroker/current``, and ends it
    /// after them; beside it `.enabled(if: KafkaBroker.isAvailable)` is needed.
    package static func kafka(_ setup: KafkaSetup = KafkaSetup()) -> KafkaTrait {
        KafkaTrait(setup: setup)
    }
}

extension KafkaBroker {
    @TaskLocal fileprivate static var ofSuite: KafkaBroker?

    /// The cluster of the suite whose test this is.
    ///
    /// - Throws: ``SupportError`` when its suite has none, or on a thread of one's own.
    package static var current: KafkaBroker {
        get throws(SupportError) {
            guard let ofSuite else { throw SupportError("The suite lacks the trait .kafka().") }
            return ofSuite
        }
    }
}
