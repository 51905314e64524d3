internal import CRdkafka

/// A topic and what a broker says of it.
package struct TopicDescription: Equatable, Sendable {
    package let name: String
    package let partitions: [Int32]
}

extension Client {
    /// Asks a broker about topics; blocks.
    ///
    /// - Parameter topic: One topic, or `nil` for all of them.
    /// - Throws: ``KafkaError``, `_TRANSPORT` or `_TIMED_OUT` when no broker answers.
    func metadata(of topic: String?, timeout: Duration) throws(KafkaError) -> [TopicDescription] {
        var handle: OpaquePointer?
        if let topic {
            handle = rd_kafka_topic_new(raw, topic, nil)
            guard handle != nil else { throw KafkaError(rd_kafka_last_error()) }
        }
        defer { if let handle { rd_kafka_topic_destroy(handle) } }
        var metadata: UnsafePointer<rd_kafka_metadata>?
        let error = rd_kafka_metadata(
            raw,
            topic == nil ? 1 : 0,
            handle,
            &metadata,
            timeout.wholeMilliseconds
        )
        guard error == RD_KAFKA_RESP_ERR_NO_ERROR, let metadata else { throw KafkaError(error) }
        defer { rd_kafka_metadata_destroy(metadata) }
        let topics = UnsafeBufferPointer(
            start: metadata.pointee.topics,
            count: Int(metadata.pointee.topic_cnt)
        )
        return topics.map { topic in
            let partitions = UnsafeBufferPointer(
                start: topic.partitions,
                count: Int(topic.partition_cnt)
            )
            return TopicDescription(
                name: String(cString: topic.topic),
                partitions: partitions.map(\.id).sorted()
            )
        }
    }
}

extension Duration {
    /// For librdkafka's `timeout_ms`: never negative, which would mean "for ever".
    var wholeMilliseconds: Int32 {
        let (seconds, attoseconds) = components
        return Int32(clamping: max(0, seconds * 1000 + attoseconds / 1_000_000_000_000_000))
    }
}
