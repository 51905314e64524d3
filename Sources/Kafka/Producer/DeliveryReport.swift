internal import CRdkafka

/// librdkafka's report about a message; valid as long as the event that contains it.
struct DeliveryReport {
    private let raw: UnsafePointer<rd_kafka_message_t>

    init(_ raw: UnsafePointer<rd_kafka_message_t>) {
        self.raw = raw
    }

    /// The number that was passed along with the message.
    var number: Int { Int(bitPattern: raw.pointee._private) }

    var topic: String { raw.pointee.rkt.map { String(cString: rd_kafka_topic_name($0)) } ?? "" }

    /// The place of the message in the topic; `nil` when it was not acknowledged.
    var place: Acknowledgement? {
        guard raw.pointee.err == RD_KAFKA_RESP_ERR_NO_ERROR else { return nil }
        return Acknowledgement(partition: raw.pointee.partition, offset: raw.pointee.offset)
    }

    /// - Parameter failure: The reason why the client has failed for good, if it has.
    func outcome(_ failure: @autoclosure () -> KafkaError?) -> Outbox.Outcome {
        if let place { return .success(place) }
        let error = raw.pointee.err
        let status = rd_kafka_message_status(raw)
        if status == RD_KAFKA_MSG_STATUS_NOT_PERSISTED, Self.followsFailure(error),
            let failure = failure()
        {
            return .failure(PublishError(failure))
        }
        return .failure(PublishError(error, status: status, topic: topic))
    }

    /// Whether a message is only given up because the client has failed.
    private static func followsFailure(_ error: rd_kafka_resp_err_t) -> Bool {
        error == RD_KAFKA_RESP_ERR__FATAL || error == RD_KAFKA_RESP_ERR__PURGE_QUEUE
    }

    /// The message itself, addressed to the partition that it was meant for.
    var message: ProducerMessage {
        func bytes(_ start: UnsafeMutableRawPointer?, _ count: Int) -> [UInt8]? {
            start.map { [UInt8](UnsafeRawBufferPointer(start: $0, count: count)) }
        }
        return ProducerMessage(
            topic: topic,
            key: bytes(raw.pointee.key, raw.pointee.key_len),
            value: bytes(raw.pointee.payload, raw.pointee.len),
            headers: KafkaHeader.all(of: raw),
            partition: raw.pointee.partition
        )
    }
}
