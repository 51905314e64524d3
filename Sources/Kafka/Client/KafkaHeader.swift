/// A Kafka header.
package struct KafkaHeader: Equatable, Sendable {
    package let name: String
    /// `nil` is not the same as empty, and others may tell them apart.
    package let value: [UInt8]?

    package init(name: String, value: [UInt8]?) {
        self.name = name
        self.value = value
    }
}
