import Foundation

/// An Apache Kafka cluster on loopback with one or three nodes; each node is a broker and a
/// controller (KRaft) in a separate Java process.
///
/// A cluster needs 5 to 10 seconds to start and about 400 MB per node. ``withKafka(_:_:)`` starts
/// one for a test, ``Testing/Trait/kafka(_:)`` one for a whole suite. Only few clusters run at
/// once.
package final class KafkaBroker: TestBroker {
    /// Whether the environment variable `KAFKA_HOME` names an installation; otherwise tests that
    /// need Kafka are skipped.
    package static var isAvailable: Bool { KafkaInstallation.isNamed }

    /// The time limit for a start; a node with its own core is ready after about 5 seconds.
    private static let startLimit = Duration.seconds(120)

    /// The certificates of the `SSL` listener.
    package let certificates: KafkaCertificates?
    private let setup: KafkaSetup
    private let installation: KafkaInstallation
    private let folder: TemporaryFolder
    private let nodes: [KafkaNode]

    /// Creates the files of a cluster; does not start it.
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

    /// The addresses of all nodes for clients without authentication and encryption.
    package var bootstrapServers: String { bootstrapServers(.plaintext) }

    /// Returns the addresses of all nodes for the clients of a listener.
    package func bootstrapServers(_ listener: KafkaListener) -> String {
        nodes.compactMap { $0.ports.listeners[listener] }
            .map { "127.0.0.1:\($0)" }.joined(separator: ",")
    }

    // MARK: Nodes, by their number from 1

    /// Ends a node at once (SIGKILL).
    package func kill(_ node: Int) async throws { try await self.node(node).kill() }

    /// Suspends a node (SIGSTOP): its connections stay open and it answers nothing.
    package func pause(_ node: Int) throws { try self.node(node).pause() }

    /// Resumes a node after ``pause(_:)``.
    package func resume(_ node: Int) { self.node(node).resume() }

    /// Asks a node to stop, and waits until it has transferred its partitions' leadership and
    /// ended.
    package func stop(_ node: Int) async throws { try await self.node(node).stop() }

    /// Starts a node again with the same ports and topics, after ``kill(_:)`` or ``stop(_:)``, and
    /// waits until it is ready; stops a running node first.
    package func restart(_ node: Int) async throws {
        try await self.node(node).stop()
        try launch(self.node(node))
        try await waitUntilServing()
    }

    /// Asks all nodes to stop, the last node first.
    package func stop() async throws {
        for node in nodes.reversed() { try await node.stop() }
    }

    /// Starts all nodes again; stops running nodes first.
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

    /// Runs one of Kafka's tools as a user with all rights; takes a second or two.
    ///
    /// - Parameters:
    ///   - tool: The tool to run.
    ///   - arguments: All arguments except `--bootstrap-server`.
    ///   - input: The standard input of the tool.
    ///   - listener: The listener to connect to; all except `PLAINTEXT` also need a
    ///     `--command-config`.
    /// - Returns: The standard output of the tool.
    /// - Throws: ``SupportError`` with the tool's output, when it failed.
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

    // MARK: Starting and ending

    /// Creates the folders of the nodes, starts all nodes and waits until they are ready.
    func begin() async throws {
        let id = Self.randomClusterID()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for node in nodes { group.addTask { try await self.format(node, clusterID: id) } }
            try await group.waitForAll()
        }
        for node in nodes { try launch(node) }
        try await waitUntilServing()
    }

    /// Ends all nodes at once and waits for their end, because the folder is removed afterwards.
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

    /// Waits until every running node knows every other running node.
    ///
    /// A node answers as soon as it has its ports. It is in its own list of brokers when it is
    /// ready.
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

    /// Returns 16 bytes in URL-safe base64 (RFC 4648 §5) without padding.
    private static func randomClusterID() -> String {
        // The first character must not be a dash, which would start an option.
        let bytes = [UInt8(ascii: "A")] + (0..<15).map { _ in UInt8.random(in: 0...255) }
        return Data(bytes).base64EncodedString()
            .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}
