/// The settings of an Apache Kafka cluster.
package struct KafkaSetup: Sendable {
    /// One node, or three nodes with a replica of every topic on each.
    package var nodes: Int
    /// The listeners in addition to `PLAINTEXT`, which always exists and has all rights.
    package var listeners: Set<KafkaListener>
    /// Whether a user has only the rights that an ACL grants; ``KafkaUser/admin`` and anonymous
    /// clients have all rights.
    package var hasACLs: Bool
    /// Lines for every node's `server.properties`, which override the default lines.
    package var properties: [String: String]

    /// - Parameter nodes: The number of nodes, 1 or 3.
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

/// A listener of a node; the raw value is Kafka's name for the listener and its protocol.
package enum KafkaListener: String, Sendable, CaseIterable {
    case plaintext = "PLAINTEXT"
    /// Authentication with PLAIN, SCRAM-SHA-256 and SCRAM-SHA-512 for every ``KafkaUser``.
    case saslPlaintext = "SASL_PLAINTEXT"
    /// Encryption with a client certificate that is requested and not required.
    case ssl = "SSL"
}

/// The users of the SASL listener.
package enum KafkaUser: String, Sendable, CaseIterable {
    case admin
    case gateway

    package var password: String { "\(rawValue)-secret" }
}
