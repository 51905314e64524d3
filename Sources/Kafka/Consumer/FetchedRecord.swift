internal import CRdkafka

/// A record in librdkafka's memory, of which only the requested fields are copied.
///
/// The record keeps the memory of its whole poll alive. Use it only briefly and in the task that
/// polled, and use ``copy()`` to keep a record. Not Sendable: librdkafka parses the headers at the
/// first access.
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

    /// The record's topic and partition.
    package var place: TopicPartition { TopicPartition(topic: topic, partition: partition) }

    /// The time when the record was published or reached the broker, in milliseconds since the
    /// epoch; `nil` when the broker does not report it.
    package var timestamp: Int64? {
        var kind = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE
        let time = rd_kafka_message_timestamp(message, &kind)
        return kind == RD_KAFKA_TIMESTAMP_NOT_AVAILABLE ? nil : time
    }

    package var key: [UInt8]? { bytes(message.pointee.key, message.pointee.key_len) }

    /// `nil` for a tombstone.
    package var value: [UInt8]? { bytes(message.pointee.payload, message.pointee.len) }

    /// The value where librdkafka has it; `nil` for a tombstone.
    ///
    /// It is valid for as long as this record or another one of its poll exists.
    package var borrowedValue: UnsafeRawBufferPointer? {
        message.pointee.payload.map {
            UnsafeRawBufferPointer(start: $0, count: message.pointee.len)
        }
    }

    /// Returns the value of the first header with a name, and copies no other header.
    ///
    /// `nil` when there is no such header, or its value is null.
    package func header(_ name: String) -> [UInt8]? {
        var value: UnsafeRawPointer?
        var size = 0
        guard let list = KafkaHeader.list(of: message),
            rd_kafka_header_get(list, 0, name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR
        else { return nil }
        return bytes(value, size)
    }

    package var headers: [KafkaHeader] { KafkaHeader.all(of: message) }

    /// Returns a copy of all fields that can be kept or passed on.
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
