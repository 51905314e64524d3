internal import CRdkafka

/// Owns a `rd_kafka_topic_partition_list_t`.
struct PartitionList: ~Copyable {
    typealias Raw = UnsafeMutablePointer<rd_kafka_topic_partition_list_t>

    let raw: Raw

    init(_ offsets: [TopicPartition: Int64]) {
        raw = rd_kafka_topic_partition_list_new(Int32(offsets.count))
        for (partition, offset) in offsets {
            rd_kafka_topic_partition_list_add(raw, partition.topic, partition.partition)?
                .pointee.offset = offset
        }
    }

    /// - Parameter offset: One offset for all partitions, such as `RD_KAFKA_OFFSET_END`.
    init(_ partitions: some Collection<TopicPartition>, at offset: Int64) {
        self.init(Dictionary(partitions.map { ($0, offset) }) { first, _ in first })
    }

    init(topics: [String]) {
        raw = rd_kafka_topic_partition_list_new(Int32(topics.count))
        for topic in topics {
            rd_kafka_topic_partition_list_add(raw, topic, RD_KAFKA_PARTITION_UA)
        }
    }

    var offsets: [TopicPartition: Int64] { raw.offsets }

    /// Replaces times (`RD_KAFKA_OFFSET_BEGINNING`, `RD_KAFKA_OFFSET_END`, or milliseconds since
    /// the epoch) by the matching offsets, which the leaders of the partitions return; blocks.
    ///
    /// Does not use `rd_kafka_query_watermark_offsets`: that function ignores its timeout when a
    /// broker hangs, and waits for the request timeout of a minute.
    func lookUp(_ client: OpaquePointer, timeout: Duration) -> rd_kafka_resp_err_t {
        rd_kafka_offsets_for_times(client, raw, timeout.wholeMilliseconds)
    }

    /// - Throws: The first error that a broker has reported for a partition, with the partition's
    ///   name.
    func throwFirstError() throws(KafkaError) {
        for element in raw.elements where element.err != RD_KAFKA_RESP_ERR_NO_ERROR {
            let text = String(cString: rd_kafka_err2str(element.err))
            throw KafkaError(element.err, "\(TopicPartition(element)): \(text)")
        }
    }

    deinit { rd_kafka_topic_partition_list_destroy(raw) }
}

extension PartitionList.Raw {
    var elements: UnsafeBufferPointer<rd_kafka_topic_partition_t> {
        UnsafeBufferPointer(start: pointee.elems, count: Int(pointee.cnt))
    }

    var offsets: [TopicPartition: Int64] {
        Dictionary(elements.map { (TopicPartition($0), $0.offset) }) { first, _ in first }
    }
}

extension TopicPartition {
    init(_ element: rd_kafka_topic_partition_t) {
        self.init(topic: String(cString: element.topic), partition: element.partition)
    }
}
