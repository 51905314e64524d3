import Foundation
import TestSupport
import Testing

/// A gateway that a test has started: the built program, spoken to over its sockets.
final class GatewayProcess: Sendable {
    let process: ChildProcess
    /// Where it listens, on 127.0.0.1.
    let port: Int
    /// Its broker.
    let kcat: Kcat
    /// Where its temporary files go.
    let temporary: TemporaryFolder

    private init(
        _ process: ChildProcess,
        port: Int,
        brokers: String,
        temporary: TemporaryFolder
    ) {
        self.process = process
        self.port = port
        self.kcat = Kcat(bootstrapServers: brokers)
        self.temporary = temporary
    }

    // MARK: Starting

    /// Starts `order-gateway dev` on any free port and waits for its greeting.
    ///
    /// - Parameters:
    ///   - descriptors: How many it may have open, if not as many as the test.
    ///   - script: What a shell does before it becomes the program.
    static func dev(
        _ flags: [String] = [],
        environment: [String: String?] = [:],
        descriptors: Int? = nil,
        after script: String? = nil
    ) async throws -> GatewayProcess {
        let temporary = try TemporaryFolder()
        let process = try orderGateway(
            ["dev", "--http-port", "0"] + flags,
            environment: environment.merging(["TMPDIR": temporary.path]) { $1 },
            descriptors: descriptors,
            after: script
        )
        // Only standard output: at level debug the log quotes the greeting before it is due.
        try await eventually(within: .seconds(60), "the greeting. \(process.report)") {
            guard process.isRunning else { throw SupportError(process.report) }
            return process.output.contains("\nCtrl-C stops.\n")
        }
        let lines = process.output.split(separator: "\n").map { $0.split(separator: " ") }
        let gateway = try #require(lines.first { $0.starts(with: ["Order", "gateway"]) }?.last)
        let broker = try #require(lines.first { $0.starts(with: ["Kafka", "broker"]) }?[2])
        return GatewayProcess(
            process,
            port: try port(endOf: String(gateway)),
            brokers: String(broker),
            temporary: temporary
        )
    }

    /// Starts `order-gateway serve` on any free port and waits until it listens; it may not be ready.
    static func serve(
        brokers: String,
        dataDir: String,
        _ flags: [String] = [],
        environment: [String: String?] = [:],
        descriptors: Int? = nil
    ) async throws -> GatewayProcess {
        let temporary = try TemporaryFolder()
        let process = try orderGateway(
            ["serve", "--http-port", "0", "--kafka-brokers", brokers, "--data-dir", dataDir]
                + flags,
            environment: environment.merging(["TMPDIR": temporary.path]) { $1 },
            descriptors: descriptors
        )
        let line = try await process.waitForOutput(containing: "info listening ")
        return GatewayProcess(
            process,
            port: try port(endOf: line),
            brokers: brokers,
            temporary: temporary
        )
    }

    /// Returns its port for operators, which `--admin-port 0` gives it.
    func adminPort() throws -> Int {
        let opening = "info the admin port is open "
        let lines = process.errorOutput.split(separator: "\n")
        let line = try #require(lines.first { $0.contains(opening) }, "\(process.report)")
        return try Self.port(endOf: String(line))
    }

    /// Asks for a path on its port for operators.
    func getFromAdmin(_ target: String) async throws -> HTTPReply {
        let client = HTTPClient(port: try adminPort())
        return try await onThread { try client.get(target) }
    }

    private static func port(endOf line: String) throws -> Int {
        let digits = line.split(separator: ":").last.map(String.init) ?? ""
        return try #require(Int(digits), "No port ends: \(line)")
    }

    // MARK: Requests

    func client() -> HTTPClient { HTTPClient(port: port) }

    func get(
        _ target: String,
        fields: [(name: String, value: String)] = []
    ) async throws -> HTTPReply {
        try await onThread { [self] in try client().get(target, fields: fields) }
    }

    func post(
        _ json: String,
        fields: [(name: String, value: String)] = []
    ) async throws -> HTTPReply {
        try await onThread { [self] in try client().post("/orders", json: json, fields: fields) }
    }

    /// Places an order that has to be accepted, and returns its id.
    func place(_ json: String = OrderText.first) async throws -> String {
        let reply = try await post(json)
        try #require(reply.status == 202, "\(reply.text)")
        return try #require(try reply.json["order_id"].string)
    }

    /// Asks for an order until its view satisfies a condition.
    @discardableResult
    func view(
        of id: String,
        within limit: Duration = .seconds(30),
        until condition: @Sendable (JSONValue) -> Bool = { _ in true }
    ) async throws -> HTTPReply {
        var last: HTTPReply?
        try await eventually(within: limit, "a view of \(id) as expected") {
            let reply = try await get("/orders/\(id)")
            last = reply
            return try reply.status == 200 && condition(reply.json)
        }
        return try #require(last)
    }

    /// Waits until `GET /readyz` answers a status.
    func waitForReadiness(_ status: Int = 200) async throws {
        try await eventually("\(status) from /readyz. \(process.report)") {
            try await get("/readyz").status == status
        }
    }

    // MARK: Ending

    /// Asks it to stop and waits; returns the exit code.
    @discardableResult
    func stop() async throws -> Int32 {
        process.terminate()
        return try await process.waitForExit()
    }

    /// Ends it at once, as a crash does.
    func kill() async throws {
        process.kill()
        try await process.waitForExit()
    }
}

/// Starts the built program, with no settings from the environment but those given.
///
/// - Parameters:
///   - descriptors: How many it may have open, if not as many as the test.
///   - script: What a shell does before it becomes the program, which keeps its process id.
func orderGateway(
    _ arguments: [String],
    environment: [String: String?] = [:],
    descriptors: Int? = nil,
    after script: String? = nil
) throws -> ChildProcess {
    let environment = noSettings.merging(environment) { $1 }
    let commands = [descriptors.map { "ulimit -n \($0)" }, script].compactMap(\.self)
    guard !commands.isEmpty else {
        return try ChildProcess(BuiltProducts.orderGateway, arguments, environment: environment)
    }
    let shell = (commands + [#"exec "$0" "$@""#]).joined(separator: " && ")
    return try ChildProcess(
        "/bin/sh",
        ["-c", shell, BuiltProducts.orderGateway] + arguments,
        environment: environment
    )
}

/// Runs the built program to its end.
func runOrderGateway(
    _ arguments: [String],
    environment: [String: String?] = [:]
) async throws -> ChildProcess.Ending {
    try await ChildProcess.run(
        BuiltProducts.orderGateway,
        arguments,
        environment: noSettings.merging(environment) { $1 }
    )
}

private let noSettings: [String: String?] = [
    "HTTP_HOST": nil, "HTTP_PORT": nil, "KAFKA_BROKERS": nil, "KAFKA_CONFIG": nil,
    "KAFKA_CONFIG_FILE": nil, "EVENT_LOOPS": nil, "DATA_DIR": nil,
    "LOG_LEVEL": nil, "LOG_FORMAT": nil, "REQUEST_TIMEOUT": nil, "SHUTDOWN_TIMEOUT": nil,
    "EVENT_VERSION": nil, "EVENT_CURRENCY": nil, "LOST_EVENTS": nil, "RETRY_ATTEMPTS": nil,
    "DRAIN_DELAY": nil, "HTTP_SOCKET_MODE": nil, "HTTP_SOCKET_GROUP": nil, "RETRY_FIRST": nil,
    "RETRY_LONGEST": nil, "RETRY_JITTER": nil, "OTEL_SDK_DISABLED": nil,
    "OTEL_TRACES_EXPORTER": nil, "OTEL_EXPORTER_OTLP_ENDPOINT": nil,
    "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": nil,
]

/// Runs a body beside `order-gateway dev`, which afterwards has to stop as asked.
func withDev(
    _ flags: [String] = [],
    environment: [String: String?] = [:],
    _ body: (GatewayProcess) async throws -> Void
) async throws {
    try await stopping(try await .dev(flags, environment: environment), after: body)
}

/// Runs a body beside `order-gateway serve`, which afterwards has to stop as asked.
func withServe(
    _ broker: any TestBroker,
    dataDir: String,
    _ flags: [String] = [],
    _ body: (GatewayProcess) async throws -> Void
) async throws {
    let gateway = try await GatewayProcess.serve(
        brokers: broker.bootstrapServers,
        dataDir: dataDir,
        flags
    )
    try await stopping(gateway) { gateway in
        try await gateway.waitForReadiness()
        try await body(gateway)
    }
}

private func stopping(
    _ gateway: GatewayProcess,
    after body: (GatewayProcess) async throws -> Void
) async throws {
    do {
        try await body(gateway)
    } catch {
        try? await gateway.kill()
        throw error
    }
    #expect(try await gateway.stop() == 0, "\(gateway.process.report)")
}

/// Runs a body beside `order-gateway inventory`, which afterwards has to stop as asked.
func withInventory(
    _ broker: any TestBroker,
    _ flags: [String] = [],
    _ body: () async throws -> Void
) async throws {
    let inventory = try orderGateway(
        ["inventory", "--kafka-brokers", broker.bootstrapServers] + flags
    )
    try await inventory.whileServing(ready: "info inventory has caught up", body)
}

extension ChildProcess {
    /// Runs a body once the process has said that it is ready; asks it to stop afterwards.
    func whileServing(ready: String, _ body: () async throws -> Void) async throws {
        do {
            try await waitForOutput(containing: ready, within: .seconds(60))
            try await body()
        } catch {
            kill()
            _ = try? await waitForExit()
            throw error
        }
        terminate()
        #expect(try await waitForExit() == 0, "\(report)")
    }
}
