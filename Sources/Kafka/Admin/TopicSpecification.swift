/// A topic as it is to be made.
///
/// It keeps every record for its time, whatever the broker does by default: `cleanup.policy=delete` and
/// `retention.bytes=-1`.
package struct TopicSpecification: Equatable, Sendable {
    package let name: String
    package let partitions: Int32
    /// How long the broker keeps records (`retention.ms`).
    package let retention: Duration
    /// The largest batch of records that the broker takes (`max.message.bytes`); `nil` for its own
    /// limit.
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

/// What became of a topic that was to be made.
package struct TopicCreation: Equatable, Sendable {
    package let name: String
    /// Whether it was not there before.
    package let isNew: Bool

    package init(name: String, isNew: Bool) {
        self.name = name
        self.isNew = isNew
    }
}
