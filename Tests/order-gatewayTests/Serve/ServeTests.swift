import Foundation
import TestSupport
import Testing

/// `order-gateway serve` against a broker that persists.
@Suite(.serialized)
struct ServeTests {
    @Test
    func `the first order is confirmed by the inventory process`() async throws {
        try await withBroker { broker in
            let folder = try TemporaryFolder()
            try await withServe(broker, dataDir: folder.path("data")) { gateway in
                try await withInventory(broker) {
                    let accepted = try await gateway.post(
                        OrderText.first,
                        fields: [("X-Correlation-ID", "call-7")]
                    )
                    #expect(accepted.status == 202)
                    let id = try #require(try accepted.json["order_id"].string)
                    #expect(accepted["Location"] == "/orders/\(id)")
                    let view = try await gateway.view(of: id) { $0["status"] == "confirmed" }.json
                    #expect(view["total_amount"] == "19.98")
                    #expect(view["correlation_id"] == "call-7")

                    let failing = try await gateway.place(
                        OrderText.order(customer: "c-2", product: "out-of-stock-1")
                    )
                    try await gateway.view(of: failing) { $0["status"] == "cancelled" }

                    let events = try await gateway.kcat.records(in: "order-events")
                    #expect(Set(events.compactMap(\.key)) == [id, failing])
                    let types = try events.compactMap { try $0.json["event_type"].string }
                    #expect(types.sorted() == ["OrderCancelled", "OrderCreated", "OrderCreated"])
                    let answers = try await gateway.kcat.records(in: "inventory-events")
                    #expect(answers.first { $0.key == id }?.header("correlation_id") == "call-7")
                    #expect(
                        try answers.first { $0.key == id }?.json["source_service"]
                            == "inventory-service"
                    )
                }
            }
        }
    }

    @Test
    func `topics create makes what is absent and topics list shows it`() async throws {
        try await withBroker { broker in
            let flags = ["--kafka-brokers", broker.bootstrapServers]
            let first = try await runOrderGateway(["topics", "create"] + flags)
            #expect(first.exitCode == 0, "\(first.errorOutput)")
            #expect(Set(first.text.split(separator: "\n")) == Set(names.map { "\($0)\tcreated" }))
            let second = try await runOrderGateway(["topics", "create"] + flags)
            #expect(second.exitCode == 0, "\(second.errorOutput)")
            #expect(Set(second.text.split(separator: "\n")) == Set(names.map { "\($0)\texists" }))

            let list = try await runOrderGateway(["topics", "list"] + flags)
            #expect(list.exitCode == 0, "\(list.errorOutput)")
            let lines = Set(list.text.split(separator: "\n").map(String.init))
            #expect(
                lines.isSuperset(of: [
                    "order-events\t3 partitions", "inventory-events\t3 partitions",
                    "product-events\t3 partitions", "platform-events\t1 partition",
                    "dead-letter-queue\t1 partition",
                ])
            )
        }
    }

    @Test
    func `serve makes the topics that it uses and that are absent`() async throws {
        try await withBroker { broker in
            let folder = try TemporaryFolder()
            try await withServe(broker, dataDir: folder.path("data")) { gateway in
                let topics = try await gateway.kcat.topics()
                #expect(topics["order-events"] == 3)
                #expect(topics["inventory-events"] == 3)
                #expect(topics["dead-letter-queue"] == 1)
                // Nobody asked for these.
                #expect(topics["product-events"] == nil)
                #expect(topics["platform-events"] == nil)
            }
        }
    }

    @Test
    func `a record that is no event ends in the dead letters and holds nothing up`() async throws {
        try await withBroker { broker in
            let folder = try TemporaryFolder()
            try await withServe(broker, dataDir: folder.path("data")) { gateway in
                let before = try await gateway.place()
                try await gateway.view(of: before)
                let poison = "this is not JSON"
                try await gateway.kcat.produce(poison, to: "order-events", key: "poison-1")
                var letters: [Kcat.Record] = []
                try await eventually("a dead letter") {
                    letters = try await gateway.kcat.records(in: "dead-letter-queue")
                    return !letters.isEmpty
                }
                let letter = try #require(letters.first)
                let source = try #require(
                    try await gateway.kcat.records(in: "order-events").first {
                        $0.key == "poison-1"
                    }
                )
                #expect(letter.key == "poison-1")
                #expect(
                    try letter.json["original_event"].string
                        == Data(poison.utf8).base64EncodedString()
                )
                #expect(try letter.json["error"].string?.isEmpty == false)
                #expect(try letter.json["timestamp"].string?.hasSuffix("Z") == true)
                #expect(letter.header("__dlq.errors.topic") == "order-events")
                #expect(letter.header("__dlq.errors.partition") == "\(source.partition)")
                #expect(letter.header("__dlq.errors.offset") == "\(source.offset)")
                #expect(letter.header("__dlq.errors.group") == "order-service")
                #expect(letter.header("__dlq.errors.delivery.count") == "1")
                #expect(letter.header("__dlq.errors.class") == "not_json")
                #expect(letter.header("__dlq.errors.message")?.isEmpty == false)

                // Enough that every partition gets some.
                for number in 0..<20 {
                    let id = try await gateway.place(OrderText.order(customer: "c-\(number)"))
                    try await gateway.view(of: id)
                }
                #expect(try await gateway.kcat.records(in: "dead-letter-queue").count == 1)
            }
        }
    }

    @Test
    func `a second gateway on the same data folder is refused`() async throws {
        try await withBroker { broker in
            let folder = try TemporaryFolder()
            let data = folder.path("data")
            try await withServe(broker, dataDir: data) { gateway in
                let second = try await runOrderGateway(
                    [
                        "serve", "--http-port", "0", "--kafka-brokers", broker.bootstrapServers,
                        "--data-dir", data,
                    ]
                )
                #expect(second.exitCode == 74)
                #expect(second.errorOutput.contains(data))
                #expect(second.errorOutput.contains("in use by another gateway"))
                #expect(try await gateway.get("/healthz").status == 200)
            }
        }
    }

    private let names = [
        "order-events", "inventory-events", "product-events", "platform-events",
        "dead-letter-queue",
    ]
}
