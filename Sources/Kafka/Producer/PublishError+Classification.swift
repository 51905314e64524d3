internal import CRdkafka

extension PublishError {
    /// What became of a message that was not delivered.
    ///
    /// - Parameter status: What librdkafka knows of its persistence
    ///   (`rd_kafka_message_status`).
    init(_ error: rd_kafka_resp_err_t, status: rd_kafka_msg_status_t) {
        let reason = KafkaError(error)
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

    /// Why a message was not even queued.
    init(notQueued error: rd_kafka_resp_err_t) {
        switch error {
        case RD_KAFKA_RESP_ERR__QUEUE_FULL: self = .queueFull
        case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE: self = .messageTooLarge
        default:
            let reason = KafkaError(error)
            self = reason.isRefusal ? .refused(reason: reason) : .notPublished(reason: reason)
        }
    }
}
