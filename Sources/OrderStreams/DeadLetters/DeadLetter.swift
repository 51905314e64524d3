package import Kafka
package import Orders
package import Text

/// A record that could not be processed.
package struct DeadLetter: Equatable, Sendable {
    /// The value of the original record.
    package enum Original: Equatable, Sendable {
        case value([UInt8])
        /// The record has no value.
        case tombstone
        /// The letter does not contain the value, because the value is too large for the
        /// dead-letter topic or cannot be read.
        ///
        /// A large value can be read at the place of the original while the topic keeps it.
        case omitted
    }

    /// The place of the original, or the place of the letter itself if the origin is unknown.
    package let id: DeadLetterID
    package let key: [UInt8]?
    /// The headers of the original record.
    package let headers: [KafkaHeader]
    package let original: Original
    /// The consumer group that could not process the record; empty if unknown.
    package let group: String
    /// The number of deliveries; more than one if the record was redriven.
    package let deliveryCount: Int
    /// The kind of the error, such as `not_json`, with the names of ``EventError/kind``.
    ///
    /// Empty if another service wrote the letter.
    package let errorClass: String
    /// The description of the error, for people.
    package let error: String
    /// The time when the record was rejected.
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

    /// Creates one letter for a range of unreadable records, named after the first of them.
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

    /// The value of the original; `nil` if it had none or this letter omits it.
    var value: [UInt8]? {
        if case .value(let bytes) = original { bytes } else { nil }
    }

    /// Whether the letter contains the place of the original; letters of other services may not.
    package var isOriginKnown: Bool { id.topic != EventTopics.deadLetters }

    /// Smaller and smaller versions of this letter.
    ///
    /// The last one has only the place of the original and the beginning of the error. If one
    /// version is too large for the topic, the next may not be.
    package var shrinking: [DeadLetter] {
        let bare = with(original: original == .tombstone ? .tombstone : .omitted)
        // A reader finds the omitted parts at the place of the original.
        let place = with(headers: [], original: .omitted)
        return [
            self, bare, place,
            place.with(key: .some(nil), error: String(error.prefix(Limits.fewWords))),
        ]
    }

    /// Returns this letter with the key, headers and value of its original.
    ///
    /// - Parameter record: The original record.
    func restored(from record: ConsumedRecord) -> DeadLetter {
        with(
            key: .some(record.key),
            headers: record.headers,
            original: record.value.map { .value($0) } ?? .tombstone
        )
    }

    private enum Limits {
        /// The length of the error in the smallest letter, in characters.
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
