internal import CRdkafka

extension KafkaError {
    /// Names the right that is missing, if it is one.
    init(_ code: rd_kafka_resp_err_t, publishingTo topic: String) {
        let isRight = code == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED
        self.init(code, isRight ? "the right Write on topic \(topic) is missing" : nil)
    }

    /// Why a producer has failed, in librdkafka's words unless a right is missing.
    init(fatal code: rd_kafka_resp_err_t, _ reason: String) {
        let isRight = code == RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED
        self.init(
            code,
            isRight
                ? "the right Write on a topic is missing, or IdempotentWrite on the cluster"
                : reason
        )
    }
}

extension PublishError {
    /// What became of a message that was not delivered.
    ///
    /// - Parameters:
    ///   - status: What librdkafka knows of its persistence
    ///   (`rd_kafka_message_status`).
    ///   - topic: Where it was to go.
    init(_ error: rd_kafka_resp_err_t, status: rd_kafka_msg_status_t, topic: String) {
        let reason = KafkaError(error, publishingTo: topic)
        switch (error, status) {
        case (RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, _):
            self = .messageTooLarge
        case (RD_KAFKA_RESP_ERR_UNKNOWN, _):
            // The broker's UNKNOWN says nothing about the log, whatever the status claims.
            self = .unknown(reason: reason)
        case (_, RD_KAFKA_MSG_STATUS_NOT_PERSISTED) where reason.isRefusal:
            self = .refused(reason: reason)
        case (_, RD_KAFKA_MSG_STATUS_NOT_PERSISTED):
            self = .notPublished(reason: reason)
        default:
            self = .unknown(reason: reason)
        }
    }

    /// What becomes of messages that were not sent when a producer failed.
    init(_ failure: KafkaError) {
        self = failure.isRefusal ? .refused(reason: failure) : .notPublished(reason: failure)
    }

    /// Why a message was not even queued.
    init(notQueued error: rd_kafka_resp_err_t, topic: String) {
        switch error {
        case RD_KAFKA_RESP_ERR__QUEUE_FULL: self = .queueFull
        case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE: self = .messageTooLarge
        default:
            let reason = KafkaError(error, publishingTo: topic)
            self.init(reason)
        }
    }
}
