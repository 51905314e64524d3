package import Kafka
package import Orders

/// Reads the dead-letter topic, and puts records back where they came from.
package struct DeadLetterQueue {
    private enum Limits {
        /// For a broker to say whether the topic is there.
        static let topicTimeout = Duration.seconds(5)
    }

    private static let groupID = "order-gateway-dead-letters"

    private let configuration: ClientConfiguration
    private let registry: EventRegistry

    /// - Parameter registry: What can be processed by now.
    package init(_ configuration: ClientConfiguration, registry: EventRegistry) {
        self.configuration = configuration
        self.registry = registry
    }

    // MARK: Reading

    /// Calls a body with every letter, from the oldest on, and whether it has been redriven.
    ///
    /// A record that was buried more than once, as happens when a gateway is killed, counts once.
    ///
    /// - Throws: ``KafkaError``, also when the topic does not exist or may not be described, and what
    ///   `body` throws.
    package func forEach(
        _ body: @escaping (DeadLetter, _ isRedriven: Bool) async throws -> Void
    ) async throws {
        try AdminClient(configuration)
            .require([EventTopics.deadLetters], timeout: Limits.topicTimeout)
        let consumer = try BoundedConsumer(
            configuration,
            groupID: Self.groupID
        )
        let bounds = try consumer.bounds(of: [EventTopics.deadLetters])
        // The mark of a letter that was redriven comes after it, so they are looked for first.
        var redriven: Set<DeadLetterID> = []
        try await BoundedReading.read(bounds, consumer) { records in
            redriven.formUnion(records.compactMap { RedriveMark.redriven($0.copy()) })
        }
        var seen: Set<DeadLetterID> = []
        try await BoundedReading.read(bounds, consumer) { records in
            for letter in records.compactMap({ DeadLetter($0.copy()) })
            where seen.insert(letter.id).inserted {
                try await body(letter, redriven.contains(letter.id))
            }
        }
    }

    // MARK: Redriving

    /// What became of a letter that was to be redriven.
    package enum Outcome: Sendable {
        case redriven(to: TopicPartition, offset: Int64)
        case wasRedrivenBefore
        /// It would only be buried again.
        case stillUnprocessable(EventError)
        /// Another service buried it and did not say where it came from.
        case originNotKnown
        /// The letter came without its original, and that is gone from its topic too.
        case originalGone
        /// It is there, and no client can read it.
        case originalUnreadable(KafkaError)
        case notPublished(PublishError)
        /// The record is back in its topic, but the mark that says so could not be written: a second
        /// redrive would publish it again.
        case notMarked(PublishError)
    }

    /// Publishes originals to their topics again, with their keys and headers, each to the partition
    /// that it came from.
    ///
    /// The record comes first and then the mark that it was redriven: killed in between, it is
    /// redriven again, and consumers that know the event's id take it as the same.
    ///
    /// - Parameters:
    ///   - ids: Those that are meant; `nil` for all that have not been redriven.
    ///   - force: Also those that still cannot be processed.
    ///   - report: Called with what became of each.
    /// - Returns: Those of `ids` that there are not.
    package func redrive(
        _ ids: Set<DeadLetterID>?,
        force: Bool,
        report: @escaping (DeadLetterID, Outcome) -> Void
    ) async throws -> Set<DeadLetterID> {
        let producer = try Producer(configuration)
        do {
            var missing = ids ?? []
            try await forEach { letter, isRedriven in
                if let ids {
                    guard ids.contains(letter.id) else { return }
                } else if isRedriven {
                    return
                }
                missing.remove(letter.id)
                let outcome =
                    isRedriven
                    ? .wasRedrivenBefore : try await redrive(letter, force: force, producer)
                report(letter.id, outcome)
            }
            await producer.close()
            return missing
        } catch {
            await producer.close()
            throw error
        }
    }

    private func redrive(
        _ letter: DeadLetter,
        force: Bool,
        _ producer: Producer
    ) async throws -> Outcome {
        guard letter.isOriginKnown else { return .originNotKnown }
        var letter = letter
        if letter.original == .omitted {
            do {
                guard let record = try await original(letter.id) else { return .originalGone }
                letter = letter.restored(from: record)
            } catch let error as KafkaError where error.isUnreadable {
                return .originalUnreadable(error)
            }
        }
        if !force, let error = problem(letter.value) { return .stillUnprocessable(error) }
        let acknowledgement: Acknowledgement
        do throws(PublishError) {
            acknowledgement = try await producer.publish(RedriveMark.record(letter))
        } catch {
            return .notPublished(error)
        }
        do throws(PublishError) {
            _ = try await producer.publish(RedriveMark.message(letter))
        } catch {
            return .notMarked(error)
        }
        let partition = TopicPartition(topic: letter.id.topic, partition: acknowledgement.partition)
        return .redriven(to: partition, offset: acknowledgement.offset)
    }

    private func problem(_ value: [UInt8]?) -> EventError? {
        guard let value else { return .noValue }
        do throws(EventError) {
            _ = try registry.decode(value)
            return nil
        } catch {
            return error
        }
    }

    /// The record that a letter without its original is about, if its topic still has it.
    private func original(_ id: DeadLetterID) async throws -> ConsumedRecord? {
        let consumer = try BoundedConsumer(
            configuration,
            groupID: Self.groupID
        )
        let partition = TopicPartition(topic: id.topic, partition: id.partition)
        guard let bounds = try consumer.bounds(of: [id.topic])[partition],
            bounds.contains(id.offset)
        else { return nil }
        var found: ConsumedRecord?
        try await BoundedReading.read([partition: id.offset..<id.offset + 1], consumer) {
            found = $0.first?.copy()
        }
        return found?.offset == id.offset ? found : nil
    }
}
