internal import CRdkafka

extension KafkaError {
    /// Names the missing right, if the error is about one.
    init(_ code: rd_kafka_resp_err_t, publishingTo topic: String) {
        let isRight = code == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED
        self.init(code, isRight ? "the right Write on topic \(topic) is missing" : nil)
    }

    /// Describes why a producer has failed: by the missing right, or in librdkafka's words.
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
    /// Classifies a message that was not delivered.
    ///
    /// - Parameters:
    ///   - status: librdkafka's knowledge about its persistence (`rd_kafka_message_status`).
    ///   - topic: The topic of the message.
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

    /// Classifies messages that were not sent when a producer failed.
    init(_ failure: KafkaError) {
        self = failure.isRefusal ? .refused(reason: failure) : .notPublished(reason: failure)
    }

    /// Classifies a message that was not even queued.
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
