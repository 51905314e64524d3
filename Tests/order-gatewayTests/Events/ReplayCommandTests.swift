import TestSupport
import Testing

/// `order-gateway replay`, as an operator uses it.
@Suite(.enabled(if: EndToEndBroker.isAvailable))
struct ReplayCommandTests {
    private func replay(
        _ broker: any TestBroker,
        _ data: String,
        _ flags: [String] = []
    ) async throws -> ChildProcess.Ending {
        try await runOrderGateway(
            ["replay", "--kafka-brokers", broker.bootstrapServers, "--data-dir", data] + flags
        )
    }

    @Test func `a read model is verified, found wrong, and mended`() async throws {
        try await withBroker { broker in
            let folder = try TemporaryFolder()
            let data = folder.path("data")
            let database = Database(folder: data)
            var ids: [String] = []
            var histories: [JSONValue] = []
            try await withServe(broker, dataDir: data) { gateway in
                try await withInventory(broker) {
                    for number in 0..<20 {
                        let product = number % 5 == 4 ? "out-of-stock-1" : "p-\(number)"
                        ids.append(
                            try await gateway.place(
                                OrderText.order(customer: "c-\(number)", product: product)
                            )
                        )
                    }
                    for (number, id) in ids.enumerated() {
                        let status = number % 5 == 4 ? "cancelled" : "confirmed"
                        try await gateway.view(of: id) { $0["status"].string == status }
                    }
                }
                for (number, id) in ids.enumerated() {
                    let events = number % 5 == 4 ? 3 : 2
                    // The cancellation may be read before the answer that it follows from.
                    try await eventually("the events of \(id)") {
                        let history = try await gateway.get("/orders/\(id)/history").json
                        guard history["events"].elements.count == events else { return false }
                        histories.append(history)
                        return true
                    }
                }
                let busy = try await replay(broker, data)
                #expect(busy.exitCode == 74)
                #expect(busy.errorOutput.contains("in use by another gateway"))
            }
            let types = histories.map { $0["events"].elements.map { $0["event_type"].string } }
            #expect(types[0] == ["OrderCreated", "InventoryReserved"])
            #expect(types[4] == ["OrderCreated", "InventoryReservationFailed", "OrderCancelled"])
            #expect(
                histories[4]["events"][2]["causation_id"] == histories[4]["events"][1]["event_id"]
            )
            let everything = "SELECT * FROM orders ORDER BY order_id"
            let before = try await database.rows(everything)
            let events = try await Kcat(bootstrapServers: broker.bootstrapServers)
                .records(in: "order-events").count

            let sound = try await replay(broker, data, ["--verify"])
            #expect(sound.exitCode == 0, "\(sound.text)")
            #expect(sound.text.contains("0 orders differ"))
            #expect(sound.errorOutput.contains("replay [####"))

            _ = try await ChildProcess.run(
                "sqlite3",
                [
                    "\(data)/orders.sqlite",
                    "UPDATE orders SET status = 'pending', reserved_at = NULL "
                        + "WHERE order_id = '\(ids[0])'",
                ]
            )
            let wrong = try await replay(broker, data, ["--verify"])
            #expect(wrong.exitCode == 1)
            #expect(wrong.text.contains("\(ids[0])\tdiffers\tstored {"))
            #expect(wrong.text.contains("1 orders differ"))
            #expect(try await replay(broker, data, ["--dry-run"]).exitCode == 0)
            #expect(try await database.rows(everything) != before)

            let mended = try await replay(broker, data)
            #expect(mended.exitCode == 0)
            #expect(mended.text.contains("the rebuilt read model is in place"))
            #expect(try await database.rows(everything) == before)
            // Nothing was published.
            #expect(
                try await Kcat(bootstrapServers: broker.bootstrapServers)
                    .records(in: "order-events").count == events
            )
            try await withServe(broker, dataDir: data) { gateway in
                try await gateway.view(of: ids[0]) { $0["status"] == "confirmed" }
                for (id, history) in zip(ids, histories) {
                    #expect(try await gateway.get("/orders/\(id)/history").json == history)
                }
            }
        }
    }

    @Test(arguments: [
        (["--from-timestamp", "yesterday"], "--from-timestamp: 'yesterday'"),
        (
            ["--from-timestamp", "2026-11-23T12:00:00Z", "--discard-missing"],
            "--discard-missing: not with --from-timestamp"
        ),
    ])
    func `wrong usage is told`(_ flags: [String], _ says: String) async throws {
        let ending = try await runOrderGateway(
            ["replay", "--kafka-brokers", "127.0.0.1:9"] + flags
        )
        #expect(ending.exitCode == 64)
        #expect(ending.errorOutput.contains(says))
    }
}
