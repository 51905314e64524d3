package import Kafka
package import Orders
package import Text

/// A record that could not be processed.
package struct DeadLetter: Equatable, Sendable {
    /// What the record's value was.
    package enum Original: Equatable, Sendable {
        case value([UInt8])
        /// It had none.
        case tombstone
        /// It is too large for the dead-letter topic as the broker has it; it can be read where it
        /// was, for as long as it is kept there.
        case omitted
    }

    /// The place of its original; its own in the dead-letter topic when that is not known.
    package let id: DeadLetterID
    package let key: [UInt8]?
    /// The record's own headers.
    package let headers: [KafkaHeader]
    package let original: Original
    /// The consumer group that gave up on it; empty when that is not known.
    package let group: String
    /// How often it was delivered: more than once when it has been redriven.
    package let deliveryCount: Int
    /// Such as `not_json`; the names are those of ``EventError/kind``.
    ///
    /// Empty when another service buried it.
    package let errorClass: String
    /// What is wrong with it, for a person.
    package let error: String
    /// When it was given up.
    package let timestamp: Timestamp

    package init(
        _ record: ConsumedRecord,
        error: EventError,
        group: String,
        at time: Timestamp
    ) {
        id = DeadLetterID(
            topic: record.topic,
            partition: record.partition,
            offset: record.offset
        )
        key = record.key
        headers = record.headers
        original = record.value.map { .value($0) } ?? .tombstone
        self.group = group
        deliveryCount = 1 + DeadLetterHeader.redriveCount(record.headers)
        errorClass = error.kind
        self.error = "\(error)"
        timestamp = time
    }

    /// A letter about records that could not even be read: one for all of them, named by the first.
    init(
        unreadable offsets: Range<Int64>,
        of partition: TopicPartition,
        error: KafkaError,
        group: String,
        at time: Timestamp
    ) {
        self.init(
            id: DeadLetterID(
                topic: partition.topic,
                partition: partition.partition,
                offset: offsets.lowerBound
            ),
            key: nil,
            headers: [],
            original: .omitted,
            group: group,
            deliveryCount: 1,
            errorClass: "unreadable",
            error: "\(offsets.count) records from this offset on cannot be read: \(error)",
            timestamp: time
        )
    }

    init(
        id: DeadLetterID,
        key: [UInt8]?,
        headers: [KafkaHeader],
        original: Original,
        group: String,
        deliveryCount: Int,
        errorClass: String,
        error: String,
        timestamp: Timestamp
    ) {
        self.id = id
        self.key = key
        self.headers = headers
        self.original = original
        self.group = group
        self.deliveryCount = deliveryCount
        self.errorClass = errorClass
        self.error = error
        self.timestamp = timestamp
    }

    /// The original's value; `nil` when it had none, or this letter leaves it out.
    var value: [UInt8]? {
        if case .value(let bytes) = original { bytes } else { nil }
    }

    /// Whether it says where its original was: those of other services may not.
    package var isOriginKnown: Bool { id.topic != EventTopics.deadLetters }

    /// The same letter with less and less in it, down to the place of its original and a few words:
    /// what is too large for its topic in one form may not be in the next.
    package var shrinking: [DeadLetter] {
        let bare = with(original: original == .tombstone ? .tombstone : .omitted)
        // What is left out is found where the original is.
        let place = with(headers: [], original: .omitted)
        return [
            self, bare, place,
            place.with(key: .some(nil), error: String(error.prefix(Limits.fewWords))),
        ]
    }

    /// The whole letter again, for one that leaves out what its original is.
    ///
    /// - Parameter record: The original.
    func restored(from record: ConsumedRecord) -> DeadLetter {
        with(
            key: .some(record.key),
            headers: record.headers,
            original: record.value.map { .value($0) } ?? .tombstone
        )
    }

    private enum Limits {
        /// Of the error, in characters.
        static let fewWords = 100
    }

    private func with(
        key: [UInt8]?? = nil,
        headers: [KafkaHeader]? = nil,
        original: Original? = nil,
        error: String? = nil
    ) -> DeadLetter {
        DeadLetter(
            id: id,
            key: key ?? self.key,
            headers: headers ?? self.headers,
            original: original ?? self.original,
            group: group,
            deliveryCount: deliveryCount,
            errorClass: errorClass,
            error: error ?? self.error,
            timestamp: timestamp
        )
    }
}
