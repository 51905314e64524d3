import Foundation
import TestSupport
import Testing

private let python = ProcessInfo.processInfo.environment["TEST_PYTHON"]

private func script(_ name: String) -> String {
    URL(filePath: #filePath).deletingLastPathComponent().appending(path: name).path
}

/// Runs a body beside a member of a group, a consumer of aiokafka that has committed an offset of
/// partition 0.
func withPythonGroup(
    _ group: String,
    _ servers: String,
    topic: String,
    offset: Int,
    _ body: () async throws -> Void
) async throws {
    try await ChildProcess(
        try #require(python),
        [script("group.py"), servers, topic, group, "\(offset)"]
    )
    .whileServing(ready: "committed", body)
}

/// `order-gateway lag`, as an operator uses it.
@Suite(.enabled(if: EndToEndBroker.isAvailable))
struct LagCommandTests {
    private func lag(
        _ broker: any TestBroker,
        _ arguments: [String] = []
    ) async throws -> ChildProcess.Ending {
        try await runOrderGateway(
            ["lag", "--kafka-brokers", broker.bootstrapServers] + arguments
        )
    }

    private func makeTopics(_ broker: any TestBroker) async throws {
        let made = try await runOrderGateway(
            ["topics", "create", "--kafka-brokers", broker.bootstrapServers]
        )
        try #require(made.exitCode == 0, "\(made.errorOutput)")
    }

    @Test(.enabled(if: python != nil))
    func `a group of another program is shown with its lag`() async throws {
        try await withBroker { broker in
            try await makeTopics(broker)
            let records = (0..<5).map { (key: "k\($0)", value: [UInt8(ascii: "v")]) }
            let kcat = Kcat(bootstrapServers: broker.bootstrapServers)
            try await kcat.produce(records, to: "platform-events")
            try await withPythonGroup(
                "theirs",
                broker.bootstrapServers,
                topic: "platform-events",
                offset: 2
            ) {
                let text = try await lag(broker, ["theirs"])
                #expect(text.exitCode == 0, "\(text.errorOutput)")
                let lines = text.text.split(separator: "\n")
                #expect(lines.first == "theirs: stable, 1 member, lag 3")
                #expect(
                    lines.last?.split(separator: " ").prefix(5)
                        == ["platform-events", "0", "2", "5", "3"]
                )
                #expect(lines.last?.contains("python (") == true)

                let json = try await json(of: "theirs", broker)
                #expect(json["state"] == "Stable")
                #expect(json["members"] == 1)
                #expect(json["lag"] == 3)
                let partition = try #require(json["partitions"].elements.first)
                #expect(partition["committed"] == 2)
                #expect(partition["end"] == 5)
                #expect(partition["lag"] == 3)
                #expect(partition["note"] == .null)
            }
            try await eventually("the group without members") {
                try await lag(broker).text.contains("theirs: empty, no members, lag 3\n")
            }
        }
    }

    @Test(.enabled(if: python != nil))
    func `offsets that say nothing are told as such`() async throws {
        try await withBroker { broker in
            try await makeTopics(broker)
            try await withPythonGroup(
                "odd",
                broker.bootstrapServers,
                topic: "order-events",
                offset: 9
            ) {
                let lines = try await lag(broker, ["odd"]).text.split(separator: "\n")
                try #require(lines.count == 5)
                #expect(
                    lines[0] == "odd: stable, 1 member, lag 0, and of 2 partitions not known"
                )
                #expect(lines[2].hasSuffix("committed behind the end: was the topic made anew?"))
                #expect(lines[3].hasSuffix("nothing committed yet"))
                let partitions = try await json(of: "odd", broker)["partitions"].elements
                #expect(partitions.map { $0["committed"] } == [9, .null, .null])
                #expect(partitions.map { $0["lag"] } == [0, .null, .null])
            }
        }
    }

    @Test func `both groups of a gateway are among all groups, and catch up`() async throws {
        try await withBroker { broker in
            let folder = try TemporaryFolder()
            try await withServe(broker, dataDir: folder.path("data")) { gateway in
                try await gateway.view(of: try await gateway.place())
                try await eventually("no lag") {
                    let lines = try await lag(broker).text.split(separator: "\n")
                        .filter { !$0.hasPrefix(" ") }
                    return lines.count == 2
                        && lines[0].hasPrefix("order-gateway-read-model-")
                        && lines[0].hasSuffix(": empty, no members, lag 0")
                        && lines[1] == "order-service: stable, 1 member, lag 0"
                }
            }
        }
    }

    /// The mock cluster has no requests about groups, but for their offsets.
    @Test func `a group on the embedded broker is shown when it is named`() async throws {
        try await withDev { gateway in
            let brokers = ["--kafka-brokers", gateway.kcat.bootstrapServers]
            try await gateway.view(of: try await gateway.place())
            try await eventually("no lag") {
                let ending = try await runOrderGateway(["lag", "order-service"] + brokers)
                return ending.exitCode == 0
                    && ending.text.hasPrefix("order-service: state not known, lag 0\n")
            }
            let all = try await runOrderGateway(["lag"] + brokers)
            #expect(all.exitCode == 69)
            #expect(all.errorOutput.contains("does not list its consumer groups: name the groups"))
            let absent = try await runOrderGateway(["lag", "nobody"] + brokers)
            #expect(absent.exitCode == 1)
            #expect(absent.errorOutput == "order-gateway: there is no consumer group nobody\n")
        }
    }

    @Test(arguments: [
        (["nobody"], 1, "there is no consumer group nobody\n"),
        (["--interval", "2"], 64, "--interval needs --watch"),
        (["--watch", "--interval", "no"], 64, "--interval: 'no' is not a number of seconds"),
        (["--format", "xml"], 64, "--format"),
    ])
    func `what cannot be is told`(_ arguments: [String], _ code: Int, _ says: String) async throws {
        try await withBroker { broker in
            let ending = try await lag(broker, arguments)
            #expect(ending.exitCode == Int32(code), "\(ending.errorOutput)")
            #expect(ending.output.isEmpty)
            #expect(ending.errorOutput.contains(says), "\(ending.errorOutput)")
        }
    }

    @Test func `a broker that is away is told with the flag to check`() async throws {
        let ending = try await runOrderGateway(
            ["lag", "--kafka-brokers", "127.0.0.1:\(try freePort())"]
        )
        #expect(ending.exitCode == 69)
        #expect(ending.errorOutput.contains("Connection refused"), "\(ending.errorOutput)")
        #expect(ending.errorOutput.contains("check --kafka-brokers"))
    }

    @Test func `watching goes on while the broker is away, and ends without an error`()
        async throws
    {
        try await withBroker { broker in
            try await makeTopics(broker)
            let watch = try orderGateway(
                ["lag", "nobody", "--watch", "--interval", "0.1", "--kafka-brokers"]
                    + [broker.bootstrapServers]
            )
            try await watch.waitForOutput(containing: "there is no consumer group nobody")
            try await broker.stop()
            try await watch.waitForOutput(containing: "trying again")
            try await broker.restart()
            try await eventually("an answer after the one before the stop. \(watch.report)") {
                watch.errorOutput.split(separator: "\n").count { $0.contains("nobody") } >= 2
            }
            watch.interrupt()
            #expect(try await watch.waitForExit() == 0, "\(watch.report)")
        }
    }

    @Test func `watching ends when nobody reads any more`() async throws {
        try await withDev { gateway in
            let ending = try await ChildProcess.run(
                "/bin/bash",
                [
                    "-c",
                    #""$0" lag order-service --watch --interval 0.1 --kafka-brokers "$1" | head -n1"#
                        + #"; exit "${PIPESTATUS[0]}""#,
                    BuiltProducts.orderGateway, gateway.kcat.bootstrapServers,
                ]
            )
            #expect(ending.exitCode == 0, "\(ending.errorOutput)")
            #expect(ending.errorOutput.isEmpty)
        }
    }

    @Test(.enabled(if: python != nil))
    func `on a terminal a new result takes the place of the last`() async throws {
        try await withDev { gateway in
            let ending = try await ChildProcess.run(
                try #require(python),
                [
                    script("terminal.py"), "5", "40", "order-service: ", "3",
                    BuiltProducts.orderGateway, "lag", "order-service", "--watch", "--interval",
                    "0.1", "--kafka-brokers", gateway.kcat.bootstrapServers,
                ]
            )
            #expect(ending.exitCode == 0, "\(ending.text)")
            let screens = ending.text.components(separatedBy: "\u{1B}[H")
            #expect(screens.first == "\u{1B}[2J")
            #expect(screens.count >= 4)
            // What does not fit is cut off.
            #expect(screens[2].contains("… 7 more lines"), "\(screens[2].debugDescription)")
            let lines = screens[2].replacing("\u{1B}[K", with: "").split(separator: "\r\n")
            #expect(lines.allSatisfy { $0.count <= 40 })
        }
    }

    private func json(of group: String, _ broker: any TestBroker) async throws -> JSONValue {
        let ending = try await lag(broker, [group, "--format", "json"])
        #expect(ending.exitCode == 0, "\(ending.errorOutput)")
        return try JSONValue(parsing: ending.output)
    }
}
