internal import CRdkafka

/// A record where librdkafka has it: what is looked at is copied, the rest is not.
///
/// It keeps the memory of the poll that brought it, so it is for the task that polled, and for now;
/// ``copy()`` is for keeping. Not Sendable: librdkafka takes the headers apart when they are first
/// asked for.
package struct FetchedRecord {
    package let topic: String
    package let partition: Int32
    package let offset: Int64
    private let message: UnsafeMutablePointer<rd_kafka_message_t>
    private let memory: MessageMemory

    init(
        _ message: UnsafeMutablePointer<rd_kafka_message_t>,
        topic: String,
        in memory: MessageMemory
    ) {
        self.topic = topic
        self.message = message
        self.memory = memory
        partition = message.pointee.partition
        offset = message.pointee.offset
    }

    /// When it was published, or reached the broker, in milliseconds since the epoch; `nil` when the
    /// broker does not say.
    package var timestamp: Int64? {
        var kind = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE
        let time = rd_kafka_message_timestamp(message, &kind)
        return kind == RD_KAFKA_TIMESTAMP_NOT_AVAILABLE ? nil : time
    }

    package var key: [UInt8]? { bytes(message.pointee.key, message.pointee.key_len) }

    /// `nil` for a tombstone.
    package var value: [UInt8]? { bytes(message.pointee.payload, message.pointee.len) }

    /// The value of the first header with a name: what the others hold is left where it is.
    ///
    /// `nil` when there is none, or its value is null.
    package func header(_ name: String) -> [UInt8]? {
        var value: UnsafeRawPointer?
        var size = 0
        guard let list = KafkaHeader.list(of: message),
            rd_kafka_header_get(list, 0, name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR
        else { return nil }
        return bytes(value, size)
    }

    package var headers: [KafkaHeader] { KafkaHeader.all(of: message) }

    /// Everything of it, to be kept or handed on.
    package func copy() -> ConsumedRecord {
        ConsumedRecord(
            topic: topic,
            partition: partition,
            offset: offset,
            timestamp: timestamp,
            key: key,
            value: value,
            headers: headers
        )
    }

    private func bytes(_ start: UnsafeRawPointer?, _ count: Int) -> [UInt8]? {
        start.map { [UInt8](UnsafeRawBufferPointer(start: $0, count: count)) }
    }
}
