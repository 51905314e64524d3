internal import CRdkafka

/// A record as it was consumed.
package struct ConsumedRecord: Sendable {
    package let topic: String
    package let partition: Int32
    package let offset: Int64
    /// When it was published, or reached the broker, in milliseconds since the epoch; `nil` when
    /// the broker does not say.
    package let timestamp: Int64?
    package let key: [UInt8]?
    /// `nil` for a tombstone.
    package let value: [UInt8]?
    /// Empty unless the consumer was asked to read headers.
    package let headers: [KafkaHeader]
}

/// What a poll brought.
package enum ConsumerEvent: Sendable {
    case record(ConsumedRecord)
    /// All records of a partition have been consumed; the next will have this offset.
    case endOfPartition(TopicPartition, offset: Int64)
    /// Something is wrong that librdkafka goes on trying to mend, such as a broker that is away.
    case trouble(KafkaError)
}

extension ConsumedRecord {
    /// Copies a record out of librdkafka's memory.
    init(_ message: UnsafeMutablePointer<rd_kafka_message_t>, readsHeaders: Bool) {
        let record = message.pointee
        topic = record.rkt.map { String(cString: rd_kafka_topic_name($0)) } ?? ""
        partition = record.partition
        offset = record.offset
        var kind = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE
        let time = rd_kafka_message_timestamp(message, &kind)
        timestamp = kind == RD_KAFKA_TIMESTAMP_NOT_AVAILABLE ? nil : time
        key = record.key.map { [UInt8](UnsafeRawBufferPointer(start: $0, count: record.key_len)) }
        value = record.payload.map { [UInt8](UnsafeRawBufferPointer(start: $0, count: record.len)) }
        headers = readsHeaders ? Self.headers(message) : []
    }

    private static func headers(
        _ message: UnsafeMutablePointer<rd_kafka_message_t>
    ) -> [KafkaHeader] {
        var list: OpaquePointer?
        guard rd_kafka_message_headers(message, &list) == RD_KAFKA_RESP_ERR_NO_ERROR, let list
        else {
            return []
        }
        var headers: [KafkaHeader] = []
        var name: UnsafePointer<CChar>?
        var value: UnsafeRawPointer?
        var size = 0
        while rd_kafka_header_get_all(list, headers.count, &name, &value, &size)
            == RD_KAFKA_RESP_ERR_NO_ERROR, let found = name
        {
            headers.append(
                KafkaHeader(
                    name: String(cString: found),
                    value: [UInt8](
                        UnsafeRawBufferPointer(start: value, count: value == nil ? 0 : size)
                    )
                )
            )
        }
        return headers
    }
}
