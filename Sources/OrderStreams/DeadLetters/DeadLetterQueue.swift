package import Kafka
package import Orders

/// Reads the dead-letter topic, and publishes records to their original topics again.
package struct DeadLetterQueue {
    private enum Limits {
        /// The time limit of the request that checks whether the topic exists.
        static let topicTimeout = Duration.seconds(5)
    }

    private static let groupID = "order-gateway-dead-letters"

    private let configuration: ClientConfiguration
    private let registry: EventRegistry

    /// - Parameter registry: The events that the gateway can process.
    package init(_ configuration: ClientConfiguration, registry: EventRegistry) {
        self.configuration = configuration
        self.registry = registry
    }

    // MARK: Reading

    /// Calls a closure with every letter, oldest first, and with the fact whether it was redriven.
    ///
    /// If several letters are about one record, only the first counts. A killed gateway may cause
    /// this.
    ///
    /// - Throws: The errors of `body`, and ``KafkaError``, also if the topic does not exist or the
    ///   user must not describe it.
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
        // The mark of a redriven letter comes after the letter, so the first pass reads all marks.
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

    /// The result of redriving one letter.
    package enum Outcome: Sendable {
        case redriven(to: TopicPartition, offset: Int64)
        case wasRedrivenBefore
        /// The record still cannot be processed, so the consumer would write another dead letter.
        case stillUnprocessable(EventError)
        /// Another service wrote the letter without the place of the original.
        case originNotKnown
        /// The letter omits its original, and the topic no longer has it.
        case originalGone
        /// The original exists, but no client can read it.
        case originalUnreadable(KafkaError)
        case notPublished(PublishError)
        /// The record is in its topic again, but the mark could not be written.
        ///
        /// A second redrive publishes the record again.
        case notMarked(PublishError)
    }

    /// Publishes originals again, each with its key and headers to its topic and partition.
    ///
    /// The record is written first, and then its mark. If the process is killed between the two
    /// steps, the next redrive publishes the record again. Consumers recognize its event ID.
    ///
    /// - Parameters:
    ///   - ids: The letters to redrive; `nil` for all that were not redriven yet.
    ///   - force: Whether to redrive also records that still cannot be processed.
    ///   - report: A closure that receives the result of each letter.
    /// - Returns: The IDs for which no letter exists.
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

    /// Returns the original record of a letter, if its topic still has it.
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
