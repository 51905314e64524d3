/// What a cluster of Apache Kafka is to be like.
package struct KafkaSetup: Sendable {
    /// One node, or three, which all of a topic's replicas are on.
    package var nodes: Int
    /// Beside `PLAINTEXT`, which there always is and over which everything may be done.
    package var listeners: Set<KafkaListener>
    /// Whether a user may do only what an ACL allows; ``KafkaUser/admin`` and whoever comes without a
    /// name may do everything.
    package var hasACLs: Bool
    /// Lines for every node's `server.properties`; they win over those of this starter.
    package var properties: [String: String]

    /// - Parameter nodes: 1 or 3.
    package init(
        nodes: Int = 1,
        listeners: Set<KafkaListener> = [],
        hasACLs: Bool = false,
        properties: [String: String] = [:]
    ) {
        precondition(nodes == 1 || nodes == 3, "one node or three")
        self.nodes = nodes
        self.listeners = listeners.union([.plaintext])
        self.hasACLs = hasACLs
        self.properties = properties
    }
}

/// A door of a node; the raw value is Kafka's name for it and for its protocol.
package enum KafkaListener: String, Sendable, CaseIterable {
    case plaintext = "PLAINTEXT"
    /// With PLAIN, SCRAM-SHA-256 and SCRAM-SHA-512 for every ``KafkaUser``.
    case saslPlaintext = "SASL_PLAINTEXT"
    /// A client's certificate is asked for and not required.
    case ssl = "SSL"
}

/// Whom the SASL listener knows.
package enum KafkaUser: String, Sendable, CaseIterable {
    case admin
    case gateway

    package var password: String { "\(rawValue)-secret" }
}
