/// The part of a topic's configuration that matters for correctness, as the broker reports it.
///
/// A property is `nil` when the broker does not report the entry.
package struct TopicConfiguration: Equatable, Sendable {
    /// `cleanup.policy`: `delete`, `compact`, or both.
    package let cleanupPolicies: Set<String>
    /// `max.message.bytes`: the largest batch of records that the topic accepts.
    package let maximumMessageBytes: Int?
    /// `retention.ms`; -1 for no limit.
    package let retentionMilliseconds: Int64?
    /// `retention.bytes`, of each partition; -1 for no limit.
    package let retentionBytes: Int64?
    /// `min.insync.replicas`: the topic accepts no records with fewer replicas in sync.
    package let minimumInSyncReplicas: Int?

    /// Whether the broker keeps only the latest record of each key, and so one event of each order.
    package var isCompacted: Bool { cleanupPolicies.contains("compact") }

    /// - Parameter entries: The values by name, as the broker spells them.
    init(entries: [String: String]) {
        let policies = entries["cleanup.policy", default: ""].split(separator: ",")
        cleanupPolicies = Set(policies.map { String($0.drop(while: \.isWhitespace)) })
        maximumMessageBytes = entries["max.message.bytes"].flatMap { Int($0) }
        retentionMilliseconds = entries["retention.ms"].flatMap { Int64($0) }
        retentionBytes = entries["retention.bytes"].flatMap { Int64($0) }
        minimumInSyncReplicas = entries["min.insync.replicas"].flatMap { Int($0) }
    }
}

/// The result of ``AdminClient/compaction(of:timeout:)``.
package struct TopicCompaction: Equatable, Sendable {
    package internal(set) var compacted: [String] = []
    /// The topics whose configuration the broker does not return because the right DescribeConfigs
    /// is missing.
    package internal(set) var unknown: [String] = []

    /// A warning about the topics in ``unknown``; `nil` when there are none.
    package var warning: String? {
        guard !unknown.isEmpty else { return nil }
        return "whether \(unknown.joined(separator: " and ")) are compacted is not known: the right"
            + " DescribeConfigs on them is missing"
    }
}
