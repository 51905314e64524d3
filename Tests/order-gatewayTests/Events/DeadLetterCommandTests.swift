import TestSupport
import Testing

/// `order-gateway dead-letters`, as an operator uses it.
@Suite(.enabled(if: EndToEndBroker.isAvailable))
struct DeadLetterCommandTests {
    private func deadLetters(
        _ broker: any TestBroker,
        _ arguments: [String]
    ) async throws -> ChildProcess.Ending {
        try await runOrderGateway(
            ["dead-letters"] + arguments + ["--kafka-brokers", broker.bootstrapServers]
        )
    }

    @Test func `letters are listed, shown and redriven`() async throws {
        try await withBroker { broker in
            let folder = try TemporaryFolder()
            try await withServe(broker, dataDir: folder.path("data")) { gateway in
                #expect(try await deadLetters(broker, ["list"]).text == "")
                let id = try await gateway.place()
                try await gateway.view(of: id)
                let known = try #require(
                    try await gateway.kcat.records(in: "order-events").first?.payload
                )
                // A version of another time, and an escape that a terminal would obey.
                let future = known.replacing(
                    #""event_version":"1.0""#,
                    with: #""event_version":"9.0""#
                )
                try await gateway.kcat.produce(
                    future,
                    to: "order-events",
                    key: id,
                    headers: [("correlation_id", "c-\u{1B}[31m")]
                )
                try await gateway.kcat.produce("\u{1B}[2J", to: "order-events", key: "\u{7}k")
                try await eventually("two dead letters") {
                    try await gateway.kcat.records(in: "dead-letter-queue").count == 2
                }

                let lines = try await deadLetters(broker, ["list"]).text.split(separator: "\n")
                    .map { $0.split(separator: "\t").map(String.init) }
                try #require(lines.count == 2)
                #expect(lines.allSatisfy { $0.count == 5 && $0[2] == "dead" })
                let letter = try #require(lines.first { $0[3] == id })
                #expect(letter[4] == "version 9.0 of OrderCreated is not known")
                #expect(lines.contains { $0[3] == "\\u0007k" })

                let shown = try await deadLetters(broker, ["show", letter[0]]).text
                #expect(shown.contains("\nerror       version 9.0 of OrderCreated is not known"))
                #expect(shown.contains("\nheader      correlation_id: c-\\u001b[31m\n"))
                #expect(shown.contains(future))
                #expect(!shown.contains("\u{1B}"))
                let json = try JSONValue(
                    parsing: await deadLetters(
                        broker,
                        ["show", letter[0], "--format", "json"]
                    ).output
                )
                #expect(json["id"].string == letter[0])
                #expect(json["error_class"] == "unknown_version")
                #expect(json["redriven"] == false)
                #expect(json["original_event"]["event_version"] == "9.0")

                let refused = try await deadLetters(broker, ["redrive", "--all"])
                #expect(refused.exitCode == 1)
                #expect(refused.text.contains("\(letter[0])\tnot redriven: it still cannot be"))
                let forced = try await deadLetters(broker, ["redrive", letter[0], "--force"])
                #expect(forced.exitCode == 0)
                #expect(forced.text.hasPrefix("\(letter[0])\tredriven to order-events/"))
                let again = try await deadLetters(broker, ["redrive", letter[0], "--force"])
                #expect(again.text == "\(letter[0])\twas redriven before\n")
                let back = try #require(
                    try await gateway.kcat.records(in: "order-events").last {
                        $0.header("__dlq.redriven.from") == letter[0]
                    }
                )
                #expect(back.key == id)
                #expect(back.payload == future)
                #expect(back.header("correlation_id") == "c-\u{1B}[31m")
                #expect(back.header("__dlq.errors.topic") == nil)
                try await eventually("the letter of the second delivery") {
                    try await deadLetters(broker, ["list"]).text.split(separator: "\n").count == 3
                }
                #expect(
                    try await deadLetters(broker, ["list"]).text.contains("\tredriven\t\(id)\t")
                )
            }
        }
    }

    @Test func `letters of other services are shown as far as they say something`() async throws {
        try await withBroker { broker in
            _ = try await runOrderGateway(
                ["topics", "create", "--kafka-brokers", broker.bootstrapServers]
            )
            try await Kcat(bootstrapServers: broker.bootstrapServers).produce(
                #"{"original_event": {"order_id": 7}, "error": "KeyError: 'items'", "#
                    + #""timestamp": "2026-11-23T12:36:09.123456"}"#,
                to: "dead-letter-queue",
                key: "k"
            )
            let id = "dead-letter-queue/0/0"
            #expect(
                try await deadLetters(broker, ["list"]).text
                    == "\(id)\t2026-11-23T12:36:09.123Z\tdead\tk\tKeyError: 'items'\n"
            )
            let shown = try await deadLetters(broker, ["show", id]).text
            #expect(shown.contains("\norigin      not known: another service buried it\n"))
            #expect(shown.hasSuffix("\n{\"order_id\": 7}\n"))
            let json = try JSONValue(
                parsing: await deadLetters(broker, ["show", id, "--format", "json"]).output
            )
            #expect(json["origin_known"] == false)
            #expect(json["group"] == .null)
            #expect(json["delivery_count"] == .null)
            #expect(json["error_class"] == .null)
            #expect(json["original_event"]["order_id"] == 7)
            for flags in [["--all"], [id, "--force"]] {
                let refused = try await deadLetters(broker, ["redrive"] + flags)
                #expect(refused.exitCode == 1)
                #expect(refused.text.hasPrefix("\(id)\tnot redriven: the service that buried it"))
            }
        }
    }

    @Test(arguments: [
        (["show", "17"], 64, "topic/partition/offset"),
        (["show", "order-events/0/99"], 1, "there is no dead letter order-events/0/99"),
        (["redrive"], 64, "IDs, or --all"),
        (["redrive", "--all", "a/0/0"], 64, "IDs, or --all"),
        (["redrive", "order-events/0/99"], 1, "there is no such dead letter"),
        (["list", "--format", "xml"], 64, "--format"),
    ])
    func `what cannot be is told`(_ arguments: [String], _ code: Int, _ says: String) async throws {
        try await withBroker { broker in
            _ = try await runOrderGateway(
                ["topics", "create", "--kafka-brokers", broker.bootstrapServers]
            )
            let ending = try await deadLetters(broker, arguments)
            #expect(ending.exitCode == Int32(code), "\(ending.errorOutput)")
            #expect((ending.text + ending.errorOutput).contains(says), "\(ending.errorOutput)")
        }
    }

    @Test func `without the topic it says so`() async throws {
        try await withBroker { broker in
            let ending = try await deadLetters(broker, ["list"])
            #expect(ending.exitCode == 69)
            #expect(ending.errorOutput.contains("there is no topic dead-letter-queue"))
        }
    }
}
