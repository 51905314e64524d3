package import Kafka
package import Orders
package import ReadModel

/// The records of a batch by partition, type and error; counted only for an observer.
///
/// A record counts once. What is read again, after an attempt that failed or another start of the
/// consumer, is not counted again.
///
/// Not thread-safe: it belongs to the task that consumes.
package final class EventTally {
    /// What a record is.
    package enum Kind: Equatable, Sendable {
        case event(EventType)
        /// An event of an unknown type, or a record that the consumer does not decode.
        case other
        /// A record that cannot be processed; see ``EventError/kind``.
        case failure(String)
    }

    /// The records of one partition.
    package struct Part {
        package let partition: TopicPartition
        /// The number of events by ``EventType/index``; the last is that of all other records.
        package fileprivate(set) var counts: [Int]
        /// The number of records that another consumer of this process has decoded for this one.
        package fileprivate(set) var passed = 0
        /// The offset behind the last record that was counted, in this batch and in those before.
        fileprivate var next: Int64 = 0
        fileprivate var mark: Int64 = 0

        /// The number of all records that were decoded.
        package var decoded: Int { counts.reduce(0, +) }
    }

    /// Records that cannot be processed.
    package struct Failure: Equatable {
        package let partition: TopicPartition
        package let errorClass: String
        package let count: Int
    }

    /// The class of records that cannot even be read.
    package static let unreadable = "unreadable"

    // Only this class changes these, and makes no callback meanwhile.
    @exclusivity(unchecked) package private(set) var parts: [Part] = []
    @exclusivity(unchecked) package private(set) var failures: [Failure] = []
    /// The part of the last record.
    @exclusivity(unchecked) private var current = 0
    /// Whether the batch has nothing that counts.
    @exclusivity(unchecked) private(set) var isEmpty = true

    package init() {}

    /// Begins a batch, and forgets one that was not completed.
    package func begin() {
        for part in parts.indices {
            for index in parts[part].counts.indices { parts[part].counts[index] = 0 }
            parts[part].passed = 0
            parts[part].next = parts[part].mark
        }
        failures.removeAll()
        isEmpty = true
    }

    /// Completes the batch.
    package func complete() { for part in parts.indices { parts[part].mark = parts[part].next } }

    /// Forgets the offsets of topics, because these were made anew.
    func forget(_ topics: Set<String>) {
        guard !topics.isEmpty else { return }
        parts.removeAll { topics.contains($0.partition.topic) }
    }

    /// Counts a record.
    package func note(_ topic: String, _ partition: Int32, at offset: Int64, _ kind: Kind) {
        isEmpty = false
        let part = part(topic, partition)
        guard offset >= parts[part].next else { return }
        parts[part].next = offset + 1
        if case .event(let type) = kind {
            parts[part].counts[type.index] += 1
        } else {
            parts[part].counts[EventType.allCases.count] += 1
            if case .failure(let name) = kind { fail(parts[part].partition, name, 1) }
        }
    }

    package func note(_ records: [StreamRecord]) {
        // A loop over the records themselves would copy each of them.
        for index in records.indices {
            let kind: Kind =
                if let type = records[index].eventType { .event(type) } else {
                    records[index].event.tallyKind
                }
            note(records[index].topic, records[index].partition, at: records[index].offset, kind)
        }
    }

    /// Counts records that were passed over because they cannot be read.
    func note(_ gap: UnreadableGap) {
        let part = part(gap.partition.topic, gap.partition.partition)
        let first = max(parts[part].next, gap.offsets.lowerBound)
        guard first < gap.offsets.upperBound else { return }
        parts[part].next = gap.offsets.upperBound
        fail(gap.partition, Self.unreadable, Int(gap.offsets.upperBound - first))
    }

    /// Counts the records between two offsets, which another consumer has decoded.
    func pass(_ offsets: Range<Int64>, of partition: TopicPartition) {
        let part = part(partition.topic, partition.partition)
        let first = max(parts[part].next, offsets.lowerBound)
        guard first < offsets.upperBound else { return }
        isEmpty = false
        parts[part].next = offsets.upperBound
        parts[part].passed += Int(offsets.upperBound - first)
    }

    private func fail(_ partition: TopicPartition, _ errorClass: String, _ count: Int) {
        isEmpty = false
        failures.append(Failure(partition: partition, errorClass: errorClass, count: count))
    }

    /// Counts the records of a batch without their types, if the handler has not counted them.
    func fill(from fetch: Fetch) {
        guard isEmpty else { return }
        for record in fetch.records {
            note(record.topic, record.partition, at: record.offset, .other)
        }
    }

    /// Returns the index of a partition's part.
    private func part(_ topic: String, _ partition: Int32) -> Int {
        // Records come in long runs of one partition.
        if current < parts.count, isPart(current, topic, partition) { return current }
        if let found = parts.indices.first(where: { isPart($0, topic, partition) }) {
            current = found
            return found
        }
        let counts = [Int](repeating: 0, count: EventType.allCases.count + 1)
        let place = TopicPartition(topic: topic, partition: partition)
        parts.append(Part(partition: place, counts: counts))
        current = parts.count - 1
        return current
    }

    private func isPart(_ index: Int, _ topic: String, _ partition: Int32) -> Bool {
        parts[index].partition.partition == partition && parts[index].partition.topic == topic
    }
}

extension Result<DecodedEvent, EventError> {
    /// What the record counts as.
    package var tallyKind: EventTally.Kind {
        switch self {
        case .success(.event(let event)): .event(event.payload.eventType)
        case .success(.unknownType): .other
        case .failure(let error): .failure(error.kind)
        }
    }
}
