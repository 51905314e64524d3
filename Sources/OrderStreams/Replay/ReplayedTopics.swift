internal import Kafka
internal import Orders
internal import ReadModel
internal import Text

/// The topics of a replay: the offsets to read, and the time from which on they are complete.
struct ReplayedTopics {
    private enum Limits {
        /// The time limit of one request about the topics.
        static let timeout = Duration.seconds(5)
    }

    static let names = [EventTopics.orders, EventTopics.inventory]

    private let consumer: BoundedConsumer
    /// The partitions whose first events are not read, with the time of the first one read.
    private var cut: [TopicPartition: Timestamp?] = [:]

    init(_ configuration: ClientConfiguration, groupID: String) throws(KafkaError) {
        consumer = try BoundedConsumer(configuration, groupID: groupID)
    }

    /// Checks that the topics exist and are not compacted; blocks.
    ///
    /// - Parameter warning: Called if the broker does not report the configuration of the topics.
    /// - Throws: ``ReplayRefusal`` or ``KafkaError``.
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

    /// Returns the offsets to read.
    ///
    /// A range ends at the stored offset. It ends at the end of the partition if the read model has
    /// no offset, or an offset that the broker does not have.
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
            // If no record is that young, nothing of this partition is read.
            let start = starts.map { $0[partition] ?? end } ?? available.lowerBound
            ranges[partition] = min(max(start, available.lowerBound), end)..<end
            if ranges[partition]?.lowerBound != 0 { cut[partition] = .some(nil) }
        }
        return ranges
    }

    /// Reads the ranges, each partition in order.
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

    /// The time from which on every partition is complete; `nil` if all partitions are read from
    /// the start.
    ///
    /// It is in the distant future if a partition has no record that shows the time.
    var horizon: Timestamp? {
        cut.values.map { $0 ?? .distantFuture }.max()
    }
}

extension Timestamp {
    fileprivate static var distantFuture: Timestamp {
        Timestamp(millisecondsSinceEpoch: range.upperBound - 60_000)
    }
}
