/// The `server.properties` of one node that is both broker and controller (KRaft).
struct KafkaServerProperties {
    private enum ListenerName {
        static let controller = "CONTROLLER"
    }

    /// The ports of a node.
    struct Ports {
        let listeners: [KafkaListener: Int]
        let controller: Int

        init(_ kinds: Set<KafkaListener>) throws(SupportError) {
            var listeners: [KafkaListener: Int] = [:]
            for kind in kinds { listeners[kind] = try freePort() }
            self.listeners = listeners
            controller = try freePort()
        }
    }

    private var lines: [String: String] = [:]

    /// - Parameters:
    ///   - node: The number of this node, from 1.
    ///   - cluster: The ports of all nodes, the first node's ports first.
    ///   - dataFolder: The folder for the node's topics.
    ///   - certificates: The certificates of the `SSL` listener.
    init(
        node: Int,
        cluster: [Ports],
        setup: KafkaSetup,
        dataFolder: String,
        certificates: KafkaCertificates?
    ) {
        let ports = cluster[node - 1]
        let doors = ports.listeners.map { "\($0.key.rawValue)://127.0.0.1:\($0.value)" }.sorted()
        let controller = "\(ListenerName.controller)://127.0.0.1:\(ports.controller)"
        let voters = cluster.enumerated().map { "\($0 + 1)@127.0.0.1:\($1.controller)" }
        let protocols =
            ports.listeners.keys.map { "\($0.rawValue):\($0.rawValue)" }.sorted()
            + ["\(ListenerName.controller):PLAINTEXT"]
        lines = [
            "process.roles": "broker,controller",
            "node.id": "\(node)",
            "controller.quorum.voters": voters.joined(separator: ","),
            "controller.listener.names": ListenerName.controller,
            "listeners": (doors + [controller]).joined(separator: ","),
            "advertised.listeners": doors.joined(separator: ","),
            "listener.security.protocol.map": protocols.joined(separator: ","),
            "inter.broker.listener.name": KafkaListener.plaintext.rawValue,
            "log.dirs": dataFolder,
            "num.network.threads": "2",
            "num.io.threads": "4",
            // Groups start at once, with fewer partitions than the default of 50.
            "group.initial.rebalance.delay.ms": "0",
            "offsets.topic.num.partitions": "5",
            "transaction.state.log.num.partitions": "5",
            "controlled.shutdown.retry.backoff.ms": "500",
        ]
        addReplication(setup.nodes)
        if setup.listeners.contains(.saslPlaintext) { addUsers() }
        if let certificates { addCertificates(certificates) }
        if setup.hasACLs { addACLs() }
        lines.merge(setup.properties) { $1 }
    }

    var text: String {
        lines.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)\n" }.joined()
    }

    /// Places every topic on all nodes; with three nodes, one may be unavailable.
    private mutating func addReplication(_ nodes: Int) {
        let (replicas, minimum) = (nodes, nodes > 1 ? 2 : 1)
        lines["default.replication.factor"] = "\(replicas)"
        lines["min.insync.replicas"] = "\(minimum)"
        lines["offsets.topic.replication.factor"] = "\(replicas)"
        lines["transaction.state.log.replication.factor"] = "\(replicas)"
        lines["transaction.state.log.min.isr"] = "\(minimum)"
    }

    private mutating func addUsers() {
        let listener = "listener.name.\(KafkaListener.saslPlaintext.rawValue.lowercased())"
        let modules = "org.apache.kafka.common.security"
        let users = KafkaUser.allCases.map { #" user_\#($0.rawValue)="\#($0.password)""# }
        lines["sasl.enabled.mechanisms"] = "PLAIN,SCRAM-SHA-256,SCRAM-SHA-512"
        lines["\(listener).plain.sasl.jaas.config"] =
            "\(modules).plain.PlainLoginModule required\(users.joined());"
        for mechanism in ["scram-sha-256", "scram-sha-512"] {
            lines["\(listener).\(mechanism).sasl.jaas.config"] =
                "\(modules).scram.ScramLoginModule required;"
        }
    }

    private mutating func addCertificates(_ certificates: KafkaCertificates) {
        lines["ssl.keystore.type"] = "PEM"
        lines["ssl.keystore.location"] = certificates.serverKeyAndCertificate
        lines["ssl.truststore.type"] = "PEM"
        lines["ssl.truststore.location"] = certificates.authority
        lines["ssl.client.auth"] = "requested"
    }

    private mutating func addACLs() {
        lines["authorizer.class.name"] = "org.apache.kafka.metadata.authorizer.StandardAuthorizer"
        lines["super.users"] = "User:ANONYMOUS;User:\(KafkaUser.admin.rawValue)"
    }
}
