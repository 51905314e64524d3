import Foundation

/// Apache Kafka on loopback: one node or three, each a broker and a controller (KRaft) and a Java
/// process of its own.
///
/// A cluster takes 5 to 10 seconds to begin and some 400 MB a node. ``withKafka(_:_:)`` makes one for a
/// test, ``Testing/Trait/kafka(_:)`` one for a whole suite; few are there at once.
package final class KafkaBroker: TestBroker {
    /// Whether the environment's `KAFKA_HOME` names a Kafka; what needs one is left out otherwise.
    package static var isAvailable: Bool { KafkaInstallation.isNamed }

    /// A node is up after some 5 seconds when it has a core of its own.
    private static let startLimit = Duration.seconds(120)

    /// For the `SSL` listener.
    package let certificates: KafkaCertificates?
    private let setup: KafkaSetup
    private let installation: KafkaInstallation
    private let folder: TemporaryFolder
    private let nodes: [KafkaNode]

    /// Makes the files of a cluster; nothing runs yet.
    init(_ setup: KafkaSetup) async throws {
        self.setup = setup
        installation = try KafkaInstallation()
        folder = try TemporaryFolder()
        nodes = try (1...setup.nodes).map { id throws(SupportError) in
            KafkaNode(id: id, ports: try KafkaServerProperties.Ports(setup.listeners))
        }
        certificates =
            setup.listeners.contains(.ssl)
            ? try await KafkaCertificates(in: folder.path) : nil
        for node in nodes {
            try FileManager.default.createDirectory(
                atPath: temporaryFolder(node),
                withIntermediateDirectories: true
            )
            let properties = KafkaServerProperties(
                node: node.id,
                cluster: nodes.map(\.ports),
                setup: setup,
                dataFolder: folder.path("node-\(node.id)/data"),
                certificates: certificates
            )
            try folder.write(properties.text, to: Self.propertiesName(node))
        }
    }

    // MARK: Addresses

    /// Where clients without a name and encryption begin, all nodes of it.
    package var bootstrapServers: String { bootstrapServers(.plaintext) }

    /// Where clients of a listener begin.
    package func bootstrapServers(_ listener: KafkaListener) -> String {
        nodes.compactMap { $0.ports.listeners[listener] }
            .map { "127.0.0.1:\($0)" }.joined(separator: ",")
    }

    // MARK: Nodes, by their number from 1

    /// Ends a node at once (SIGKILL).
    package func kill(_ node: Int) async throws { try await self.node(node).kill() }

    /// Suspends a node (SIGSTOP): connections to it stay and nothing is answered.
    package func pause(_ node: Int) { self.node(node).pause() }

    /// Has a node go on after ``pause(_:)``.
    package func resume(_ node: Int) { self.node(node).resume() }

    /// Asks a node to stop, and waits until it has handed over what it leads and ended.
    package func stop(_ node: Int) async throws { try await self.node(node).stop() }

    /// Starts a node again with the same ports and topics, after ``kill(_:)`` or ``stop(_:)``, and
    /// waits until it serves; one that still runs is stopped first.
    package func restart(_ node: Int) async throws {
        try await self.node(node).stop()
        try launch(self.node(node))
        try await waitUntilServing()
    }

    /// Asks all nodes to stop, the last first.
    package func stop() async throws {
        for node in nodes.reversed() { try await node.stop() }
    }

    /// Starts all nodes again, those that still run after they have stopped.
    package func restart() async throws {
        try await stop()
        for node in nodes { try launch(node) }
        try await waitUntilServing()
    }

    private func node(_ number: Int) -> KafkaNode {
        precondition((1...nodes.count).contains(number), "there is no node \(number)")
        return nodes[number - 1]
    }

    // MARK: Tools

    /// Runs one of Kafka's tools as somebody who may do everything; it takes a second or two.
    ///
    /// - Parameters:
    ///   - tool: Which.
    ///   - arguments: All but `--bootstrap-server`.
    ///   - input: What it reads as its standard input.
    ///   - listener: Over which it comes; all but `PLAINTEXT` need a `--command-config` too.
    /// - Returns: What it wrote to standard output.
    /// - Throws: ``SupportError`` with what it said, when it failed.
    @discardableResult
    package func run(
        _ tool: KafkaTool,
        _ arguments: [String],
        input: String = "",
        over listener: KafkaListener = .plaintext
    ) async throws -> String {
        try await withTemporaryFolder { scratch in
            try await installation.run(
                tool.rawValue,
                ["--bootstrap-server", bootstrapServers(listener)] + arguments,
                input: scratch.write(input, to: "input"),
                temporaryFolder: scratch.path
            )
        }
    }

    // MARK: Beginning and ending

    /// Makes the nodes' folders, starts all of them and waits until they serve.
    func begin() async throws {
        let id = Self.randomClusterID()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for node in nodes { group.addTask { try await self.format(node, clusterID: id) } }
            try await group.waitForAll()
        }
        for node in nodes { try launch(node) }
        try await waitUntilServing()
    }

    /// Ends all nodes at once and waits until they have ended: the folder goes then.
    func end() async throws {
        for node in nodes { node.process?.kill() }
        for node in nodes { try await node.kill() }
    }

    private func format(_ node: KafkaNode, clusterID: String) async throws {
        var arguments = ["format", "-t", clusterID, "-c", folder.path(Self.propertiesName(node))]
        if setup.listeners.contains(.saslPlaintext) {
            for user in KafkaUser.allCases {
                for mechanism in ["SCRAM-SHA-256", "SCRAM-SHA-512"] {
                    arguments += [
                        "--add-scram",
                        "\(mechanism)=[name=\(user.rawValue),password=\(user.password)]",
                    ]
                }
            }
        }
        try await installation.run(
            "kafka.tools.StorageTool",
            arguments,
            temporaryFolder: temporaryFolder(node)
        )
    }

    private func launch(_ node: KafkaNode) throws(SupportError) {
        let process = try installation.start(
            "kafka.Kafka",
            [folder.path(Self.propertiesName(node))],
            temporaryFolder: temporaryFolder(node)
        )
        node.begin(process)
    }

    /// Waits until every node that runs knows every other that does.
    ///
    /// A node answers as soon as it has its ports, and is among the brokers it knows when it serves.
    private func waitUntilServing() async throws {
        let running = nodes.filter(\.isRunning)
        let expected = Set(running.map(\.id))
        try await eventually(within: Self.startLimit, "Kafka serves on \(bootstrapServers)") {
            for node in running {
                guard let process = node.process, process.isRunning else {
                    throw SupportError(
                        "Kafka's node \(node.id) ended. \(node.process?.report ?? "")"
                    )
                }
                let known = try await onThread { node.knownBrokers() }
                guard let known, known.isSuperset(of: expected) else { return false }
            }
            return true
        }
    }

    private func temporaryFolder(_ node: KafkaNode) -> String {
        folder.path("node-\(node.id)/temporary")
    }

    private static func propertiesName(_ node: KafkaNode) -> String {
        "node-\(node.id)/server.properties"
    }

    /// 16 bytes in URL-safe base64 (RFC 4648 §5) without padding.
    private static func randomClusterID() -> String {
        // Not a dash at the beginning, which would be an option.
        let bytes = [UInt8(ascii: "A")] + (0..<15).map { _ in UInt8.random(in: 0...255) }
        return Data(bytes).base64EncodedString()
            .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}
