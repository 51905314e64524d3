internal import CRdkafka

extension KafkaError {
    /// Whether the broker refused what was asked for because an ACL does not allow it.
    ///
    /// Of a topic that may not be described it does not say whether it exists.
    package var isMissingRight: Bool {
        let codes = [
            RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED,
            RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED,
            RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED,
            RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED,
        ]
        return codes.contains { $0.rawValue == code }
    }

    /// Whether the broker knows of no such topic or partition.
    package var isUnknownTopic: Bool {
        let codes = [
            RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC,
            RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION,
        ]
        return codes.contains { $0.rawValue == code }
    }

    /// Whether the broker does not know this kind of request at all, as the embedded one does not know
    /// those about configurations.
    package var isUnsupported: Bool {
        let codes = [
            RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE, RD_KAFKA_RESP_ERR_UNSUPPORTED_VERSION,
        ]
        return codes.contains { $0.rawValue == code }
    }
}
