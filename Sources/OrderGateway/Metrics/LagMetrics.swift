package import Kafka
internal import Synchronization
internal import Telemetry
internal import Text

/// Where the consumers are in their partitions, and where these end.
///
/// The consumers report their positions. The ends come from the brokers; see ``TopicEnds``. So the lag
/// grows when a consumer stands still, whatever the reason is.
package final class LagMetrics: Sendable {
    package enum Limits {
        /// The most ends of a partition that are kept with their times.
        ///
        /// Beyond, every second one is forgotten, so that the oldest stays.
        static let ends = 512
        /// The largest age at the start of a record whose time is believed: twice the retention of the
        /// topics, because a segment outlives its oldest record.
        ///
        /// A foreign producer may write any time, such as 0.
        static let recordAge = Duration.seconds(14 * 24 * 3600)
    }

    /// The lag of a consumer in one partition.
    package struct PartitionLag: Equatable, Sendable {
        package let group: String
        package let partition: TopicPartition
        /// The offset of the next record.
        package let position: Int64
        /// The offset behind the last record of the partition.
        package let end: Int64
        /// The age of the oldest record that is not consumed; 0 without lag.
        ///
        /// It is accurate to the interval in which the ends are asked for. Of records from before the
        /// start, it is the age of the last one that was consumed.
        package let seconds: Double

        package var records: Int64 { max(0, end - position) }
    }

    private struct Position {
        let group: String
        let partition: TopicPartition
        var offset: Int64
        /// The time of the record before that offset, if it is known.
        var lastRecord: Timestamp?
    }

    /// An end of a partition, and when it was first seen.
    private struct End {
        let offset: Int64
        let time: Timestamp
    }

    private struct State {
        var positions: [Position] = []
        var ends: [TopicPartition: [End]] = [:]
    }

    private let state = Mutex(State())
    private let clock: WallClock
    /// The earliest time of a record that is believed.
    private let earliest: Timestamp

    init(clock: WallClock) {
        self.clock = clock
        earliest = Timestamp(
            millisecondsSinceEpoch: clock.now().millisecondsSinceEpoch
                - Limits.recordAge.components.seconds * 1000
        )
    }

    // MARK: Reports

    /// Notes that a consumer has done all work for the records before an offset.
    ///
    /// - Parameter lastRecord: The time of the last of these records, if it is known.
    func reached(
        _ offset: Int64,
        in partition: TopicPartition,
        lastRecord: Timestamp? = nil,
        of group: String
    ) {
        let lastRecord = lastRecord.flatMap { $0 >= earliest ? $0 : nil }
        state.withLock { state in
            if let index = state.positions.firstIndex(where: {
                $0.partition == partition && $0.group == group
            }) {
                state.positions[index].offset = offset
                if let lastRecord { state.positions[index].lastRecord = lastRecord }
            } else {
                state.positions.append(
                    Position(
                        group: group,
                        partition: partition,
                        offset: offset,
                        lastRecord: lastRecord
                    )
                )
            }
        }
    }

    /// Notes the partitions that a consumer has from now on.
    ///
    /// - Parameter partitions: Where it starts with each; negative if that is not known.
    func assigned(_ partitions: [TopicPartition: Int64], to group: String) {
        state.withLock { state in
            state.positions.removeAll { $0.group == group && partitions[$0.partition] == nil }
        }
        for (partition, offset) in partitions where offset >= 0 {
            reached(offset, in: partition, of: group)
        }
    }

    /// Notes the present ends of partitions.
    func note(_ ends: [TopicPartition: Int64]) {
        let now = clock.now()
        state.withLock { state in
            for (partition, offset) in ends {
                var known = state.ends[partition] ?? []
                // The topic was made anew, or has lost its end.
                if let last = known.last, last.offset > offset {
                    known = []
                    for index in state.positions.indices
                    where state.positions[index].partition == partition {
                        state.positions[index].lastRecord = nil
                    }
                }
                guard known.last?.offset != offset else { continue }
                if known.count == Limits.ends {
                    known = known.indices.filter { $0 % 2 == 0 }.map { known[$0] }
                }
                known.append(End(offset: offset, time: now))
                state.ends[partition] = known
            }
        }
    }

    // MARK: Values

    /// The lag of each consumer in each of its partitions.
    package var lags: [PartitionLag] {
        let (state, now) = (state.withLock { $0 }, clock.now())
        return state.positions.compactMap { position -> PartitionLag? in
            guard let ends = state.ends[position.partition], let last = ends.last else {
                return nil
            }
            let missed = ends.firstIndex { $0.offset > position.offset }
            let since = missed.map { $0 > 0 ? ends[$0].time : position.lastRecord ?? ends[0].time }
            let age = since.map { now.millisecondsSinceEpoch - $0.millisecondsSinceEpoch }
            return PartitionLag(
                group: position.group,
                partition: position.partition,
                position: position.offset,
                end: max(last.offset, position.offset),
                seconds: Double(max(0, age ?? 0)) / 1000
            )
        }
        .sorted { ($0.group, $0.partition.description) < ($1.group, $1.partition.description) }
    }

    /// The offset behind the last record of each partition.
    package var ends: [TopicPartition: Int64] {
        state.withLock { $0.ends.compactMapValues { $0.last?.offset } }
    }

    /// The most ends that are kept of a partition; for tests.
    var mostEnds: Int { state.withLock { $0.ends.values.map(\.count).max() ?? 0 } }

    // MARK: Text

    var families: [MetricFamily] {
        func family(
            _ name: String,
            _ help: String,
            _ add: @escaping @Sendable (PartitionLag, [String], inout MetricSamples) -> Void
        ) -> MetricFamily {
            MetricFamily(
                name,
                .gauge,
                help,
                labels: ["consumergroup", "topic", "partition"]
            ) { [self] samples in
                for lag in lags {
                    let partition = lag.partition
                    let labels = [lag.group, partition.topic, "\(partition.partition)"]
                    add(lag, labels, &samples)
                }
            }
        }
        return [
            family("kafka_consumergroup_lag", "Records that are not consumed yet.") {
                $2.add(Int($0.records), $1)
            },
            family(
                "kafka_consumergroup_lag_seconds",
                "How long the oldest record that is not consumed yet has waited."
            ) { $2.add($0.seconds, $1) },
            family(
                "kafka_consumergroup_current_offset",
                "The offset of the next record to consume."
            ) { $2.add(Int($0.position), $1) },
            MetricFamily(
                "kafka_topic_partition_current_offset",
                .gauge,
                "The offset behind the last record of the partition.",
                labels: ["topic", "partition"]
            ) { [self] samples in
                for (partition, end) in ends.sorted(by: { "\($0.key)" < "\($1.key)" }) {
                    samples.add(Int(end), [partition.topic, "\(partition.partition)"])
                }
            },
        ]
    }
}
