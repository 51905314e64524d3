/// A record as it was consumed, with everything that belongs to it.
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
    package let headers: [KafkaHeader]
}
