internal import Kafka
internal import Orders
internal import ReadModel
internal import Text

/// The topics as a replay reads them: which offsets, and since when they tell everything.
struct ReplayedTopics {
    private enum Limits {
        /// For a broker to answer a question about the topics.
        static let timeout = Duration.seconds(5)
    }

    static let names = [EventTopics.orders, EventTopics.inventory]

    private let consumer: BoundedConsumer
    /// Partitions whose first events are not read, and the time of the first that is.
    private var cut: [TopicPartition: Timestamp?] = [:]

    init(_ configuration: ClientConfiguration, groupID: String) throws(KafkaError) {
        consumer = try BoundedConsumer(configuration, groupID: groupID)
    }

    /// Makes sure that the topics are there and keep every event for its time; blocks.
    ///
    /// - Parameter warning: Called when the broker does not say how they are configured.
    /// - Throws: ``ReplayRefusal`` or ``KafkaError``
    static func check(
        _ configuration: ClientConfiguration,
        warning: (String) -> Void
    ) throws {
        let admin = try AdminClient(configuration)
        try admin.require(names, timeout: Limits.timeout)
        let found = try admin.compaction(of: names, timeout: Limits.timeout)
        guard found.compacted.isEmpty else {
            throw ReplayRefusal.compacted(topics: found.compacted)
        }
        if let text = found.warning { warning(text) }
    }

    /// What is to be read: up to where the stored read model has consumed, and to the end where it
    /// has consumed nothing, or what the broker no longer has.
    mutating func ranges(
        stored: [StreamPosition: Int64],
        from time: Timestamp?
    ) throws(KafkaError) -> [TopicPartition: Range<Int64>] {
        let bounds = try consumer.bounds(of: Self.names)
        var starts: [TopicPartition: Int64]?
        if let time {
            starts = try consumer.offsets(
                of: Array(bounds.keys),
                notOlderThan: time.millisecondsSinceEpoch
            )
        }
        var ranges: [TopicPartition: Range<Int64>] = [:]
        for (partition, available) in bounds {
            var end = stored[partition.position] ?? available.upperBound
            if !(available.lowerBound...available.upperBound).contains(end) {
                end = available.upperBound
            }
            // No record that young: nothing of this partition is read.
            let start = starts.map { $0[partition] ?? end } ?? available.lowerBound
            ranges[partition] = min(max(start, available.lowerBound), end)..<end
            if ranges[partition]?.lowerBound != 0 { cut[partition] = .some(nil) }
        }
        return ranges
    }

    /// Reads the ranges, each partition in its order.
    mutating func read(
        _ ranges: [TopicPartition: Range<Int64>],
        _ body: @escaping ([FetchedRecord]) throws -> Void
    ) async throws {
        var waiting = Set(cut.keys)
        var first: [TopicPartition: Timestamp] = [:]
        try await BoundedReading.read(ranges, consumer) { records in
            if !waiting.isEmpty {
                for record in records {
                    guard waiting.remove(record.place) != nil, let time = record.timestamp else {
                        continue
                    }
                    first[record.place] = Timestamp(millisecondsSinceEpoch: time)
                }
            }
            try body(records)
        }
        for (partition, time) in first { cut[partition] = .some(time) }
    }

    /// Since when every partition tells everything; `nil` when all are whole.
    ///
    /// The end of time when a partition has nothing left to say when that is.
    var horizon: Timestamp? {
        cut.values.map { $0 ?? .distantFuture }.max()
    }
}

extension Timestamp {
    fileprivate static var distantFuture: Timestamp {
        Timestamp(millisecondsSinceEpoch: range.upperBound - 60_000)
    }
}
