internal import CRdkafka

/// One partition of a topic.
package struct TopicPartition: Hashable, Sendable, CustomStringConvertible {
    package let topic: String
    package let partition: Int32

    package init(topic: String, partition: Int32) {
        self.topic = topic
        self.partition = partition
    }

    package var description: String { "\(topic)[\(partition)]" }
}

/// Where consumption of a partition begins.
package enum StartOffset: Equatable, Sendable {
    /// The oldest record that the broker still has.
    case earliest
    /// Behind the newest record.
    case latest
    /// The record with this offset.
    case at(Int64)

    var raw: Int64 {
        switch self {
        case .earliest: Int64(RD_KAFKA_OFFSET_BEGINNING)
        case .latest: Int64(RD_KAFKA_OFFSET_END)
        case .at(let offset): offset
        }
    }
}

/// Owns a `rd_kafka_topic_partition_list_t`.
struct PartitionList: ~Copyable {
    let raw: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>

    init(_ offsets: [TopicPartition: Int64]) {
        raw = rd_kafka_topic_partition_list_new(Int32(offsets.count))
        for (partition, offset) in offsets {
            rd_kafka_topic_partition_list_add(raw, partition.topic, partition.partition)?
                .pointee.offset = offset
        }
    }

    init(topics: [String]) {
        raw = rd_kafka_topic_partition_list_new(Int32(topics.count))
        for topic in topics {
            rd_kafka_topic_partition_list_add(raw, topic, RD_KAFKA_PARTITION_UA)
        }
    }

    var offsets: [TopicPartition: Int64] {
        let elements = UnsafeBufferPointer(start: raw.pointee.elems, count: Int(raw.pointee.cnt))
        let pairs = elements.map {
            (TopicPartition(topic: String(cString: $0.topic), partition: $0.partition), $0.offset)
        }
        return Dictionary(pairs) { first, _ in first }
    }

    /// - Throws: What a broker has said of a partition, naming it.
    func throwFirstError() throws(KafkaError) {
        let elements = UnsafeBufferPointer(start: raw.pointee.elems, count: Int(raw.pointee.cnt))
        for element in elements where element.err != RD_KAFKA_RESP_ERR_NO_ERROR {
            let place = "\(String(cString: element.topic))[\(element.partition)]"
            let text = String(cString: rd_kafka_err2str(element.err))
            throw KafkaError(element.err, "\(place): \(text)")
        }
    }

    deinit { rd_kafka_topic_partition_list_destroy(raw) }
}
