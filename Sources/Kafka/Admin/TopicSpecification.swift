/// The settings of a topic to create.
///
/// The topic keeps every record for its retention time, whatever the broker's defaults are:
/// `cleanup.policy=delete` and `retention.bytes=-1`.
package struct TopicSpecification: Equatable, Sendable {
    package let name: String
    package let partitions: Int32
    /// How long the broker keeps records (`retention.ms`).
    package let retention: Duration
    /// The largest batch of records that the broker accepts (`max.message.bytes`); `nil` for the
    /// default of the broker.
    package let maximumMessageBytes: Int?

    package init(
        name: String,
        partitions: Int32,
        retention: Duration,
        maximumMessageBytes: Int? = nil
    ) {
        self.maximumMessageBytes = maximumMessageBytes
        self.name = name
        self.partitions = partitions
        self.retention = retention
    }
}

/// The result of creating a topic.
package struct TopicCreation: Equatable, Sendable {
    package let name: String
    /// Whether the topic did not exist before.
    package let isNew: Bool

    package init(name: String, isNew: Bool) {
        self.name = name
        self.isNew = isNew
    }
}
