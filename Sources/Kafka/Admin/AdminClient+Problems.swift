internal import CRdkafka

extension AdminClient {
    /// Asks a broker for one topic by its name, and why it does not show it, if it does not; blocks.
    ///
    /// A list of all topics leaves out those that may not be described, and so does not tell them from
    /// those that do not exist. The topic is not made by asking.
    ///
    /// - Returns: ``KafkaError/isMissingRight`` when it may not be described: whether it exists is not
    ///   known then; ``KafkaError/isUnknownTopic`` when it does not exist.
    /// - Throws: ``KafkaError`` when no broker answers.
    package func problem(
        with topic: String,
        timeout: Duration
    ) throws(KafkaError) -> KafkaError? {
        guard let handle = rd_kafka_topic_new(client.raw, topic, nil) else {
            throw KafkaError(rd_kafka_last_error())
        }
        defer { rd_kafka_topic_destroy(handle) }
        var metadata: UnsafePointer<rd_kafka_metadata>?
        let error = rd_kafka_metadata(client.raw, 0, handle, &metadata, timeout.wholeMilliseconds)
        guard error == RD_KAFKA_RESP_ERR_NO_ERROR, let metadata else { throw KafkaError(error) }
        defer { rd_kafka_metadata_destroy(metadata) }
        guard metadata.pointee.topic_cnt > 0 else {
            throw KafkaError(RD_KAFKA_RESP_ERR__BAD_MSG)
        }
        let reason = KafkaError(metadata.pointee.topics[0].err)
        if reason.isMissingRight {
            return KafkaError(
                metadata.pointee.topics[0].err,
                "topic \(topic) cannot be seen: the right Describe on it is missing"
            )
        }
        if reason.isUnknownTopic {
            return KafkaError(metadata.pointee.topics[0].err, "there is no topic \(topic)")
        }
        // Others pass, such as a partition that has no leader at the moment.
        return nil
    }

    /// Asks a broker whether topics are there and may be described; blocks.
    ///
    /// - Throws: ``KafkaError`` naming the first that is not, or when no broker answers.
    package func require(_ topics: [String], timeout: Duration) throws(KafkaError) {
        for topic in topics {
            if let problem = try problem(with: topic, timeout: timeout) { throw problem }
        }
    }
}
