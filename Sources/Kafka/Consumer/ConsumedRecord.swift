/// A consumed record with all its fields.
package struct ConsumedRecord: Sendable {
    package let topic: String
    package let partition: Int32
    package let offset: Int64
    /// The time when the record was published or reached the broker, in milliseconds since the
    /// epoch; `nil` when the broker does not report it.
    package let timestamp: Int64?
    package let key: [UInt8]?
    /// `nil` for a tombstone.
    package let value: [UInt8]?
    package let headers: [KafkaHeader]
}
