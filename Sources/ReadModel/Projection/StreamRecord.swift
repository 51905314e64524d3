/// A consumed record.
package struct StreamRecord: Sendable {
    package let topic: String
    package let partition: Int32
    package let offset: Int64
    /// The record's value as it was consumed; `nil` for a tombstone.
    package let value: [UInt8]?

    package init(topic: String, partition: Int32, offset: Int64, value: [UInt8]?) {
        self.topic = topic
        self.partition = partition
        self.offset = offset
        self.value = value
    }

    package var position: StreamPosition { StreamPosition(topic: topic, partition: partition) }
}
