/// A Kafka header.
package struct KafkaHeader: Equatable, Sendable {
    package let name: String
    /// The value; `nil` differs from an empty value, and other clients may distinguish them.
    package let value: [UInt8]?

    package init(name: String, value: [UInt8]?) {
        self.name = name
        self.value = value
    }
}
