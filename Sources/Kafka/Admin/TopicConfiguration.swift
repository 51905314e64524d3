/// What a broker says of a topic's configuration, as far as correctness depends on it.
///
/// An entry is `nil` when the broker does not tell it.
package struct TopicConfiguration: Equatable, Sendable {
    /// `cleanup.policy`: `delete`, `compact`, or both.
    package let cleanupPolicies: Set<String>
    /// `max.message.bytes`: the largest batch of records that the topic takes.
    package let maximumMessageBytes: Int?
    /// `retention.ms`; -1 for no limit.
    package let retentionMilliseconds: Int64?
    /// `retention.bytes`, of each partition; -1 for no limit.
    package let retentionBytes: Int64?
    /// `min.insync.replicas`: with fewer in sync the topic takes no records.
    package let minimumInSyncReplicas: Int?

    /// Whether the broker removes all records of a key but the latest: of an order it then keeps one
    /// event.
    package var isCompacted: Bool { cleanupPolicies.contains("compact") }

    /// - Parameter entries: By name, as the broker writes them.
    init(entries: [String: String]) {
        let policies = entries["cleanup.policy", default: ""].split(separator: ",")
        cleanupPolicies = Set(policies.map { String($0.drop(while: \.isWhitespace)) })
        maximumMessageBytes = entries["max.message.bytes"].flatMap { Int($0) }
        retentionMilliseconds = entries["retention.ms"].flatMap { Int64($0) }
        retentionBytes = entries["retention.bytes"].flatMap { Int64($0) }
        minimumInSyncReplicas = entries["min.insync.replicas"].flatMap { Int($0) }
    }
}

/// Which of some topics are compacted.
package struct TopicCompaction: Equatable, Sendable {
    package internal(set) var compacted: [String] = []
    /// Those of which the broker does not say so, for want of the right DescribeConfigs.
    package internal(set) var unknown: [String] = []

    /// What there is to say of those that are not known; `nil` when there are none.
    package var warning: String? {
        guard !unknown.isEmpty else { return nil }
        return "whether \(unknown.joined(separator: " and ")) are compacted is not known: the right"
            + " DescribeConfigs on them is missing"
    }
}
