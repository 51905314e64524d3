import Foundation
import TestSupport
import Testing
@testable import Orders

/// The schemas as `order-gateway schema` prints them, and the events that are really published.
@Suite(.serialized)
struct SchemaTests {
    private static let types = [
        "OrderCreated", "OrderCancelled", "InventoryReserved", "InventoryReservationFailed",
    ]

    private func schema(_ arguments: [String]) async throws -> String {
        let ending = try await runOrderGateway(["schema"] + arguments)
        try #require(ending.exitCode == 0, "\(ending.errorOutput)")
        return ending.text.split(separator: "\n").joined()
    }

    private func title(_ arguments: [String]) async throws -> String? {
        try JSONValue(parsing: Array(await schema(arguments).utf8))["title"].string
    }

    @Test func `all events are listed with their versions`() async throws {
        let ending = try await runOrderGateway(["schema"])
        let expected = Self.types.map { "\($0)\t1.0\n\($0)\t2.0\n" }.joined()
        #expect(ending.text == expected)
    }

    @Test func `without a version it is the newest`() async throws {
        #expect(try await title(["OrderCreated"]) == "OrderCreated 2.0")
        #expect(try await title(["OrderCreated", "1.0"]) == "OrderCreated 1.0")
    }

    @Test(arguments: [
        (["OrderShipped"], "OrderCreated, OrderCancelled"),
        (["OrderCreated", "3.0"], "1.0 and 2.0"),
    ])
    func `an event that there is not is wrong usage`(_ arguments: [String], _ says: String)
        async throws
    {
        let ending = try await runOrderGateway(["schema"] + arguments)
        #expect(ending.exitCode == 64)
        #expect(ending.errorOutput.contains(says))
    }

    /// The events of a whole flow, as they stand in the topics.
    private func events(_ version: String) async throws -> [Kcat.Record] {
        var events: [Kcat.Record] = []
        try await withDev(["--event-version", version, "--event-currency", "EUR"]) { gateway in
            let good = try await gateway.place(OrderText.order(customer: "c-é 1"))
            let bad = try await gateway.place(
                OrderText.order(customer: "c-2", product: "out-of-stock-1")
            )
            try await gateway.view(of: good) {
                $0["status"] == "confirmed" && $0["currency"] == "EUR"
            }
            try await gateway.view(of: bad) { $0["status"] == "cancelled" }
            for topic in ["order-events", "inventory-events"] {
                events += try await gateway.kcat.records(in: topic)
            }
        }
        return events
    }

    @Test(
        .enabled(if: ProcessInfo.processInfo.environment["TEST_PYTHON"] != nil),
        arguments: ["1.0", "2.0"]
    )
    func `every event that is published validates against its schema`(_ version: String)
        async throws
    {
        let events = try await events(version)
        #expect(Set(try events.compactMap { try $0.json["event_type"].string }) == Set(Self.types))
        var pairs: [String] = []
        for event in events {
            let type = try #require(try event.json["event_type"].string)
            #expect(try event.json["event_version"].string == version)
            let schema = try await schema([type, version])
            pairs.append(#"{"schema":\#(schema),"event":\#(event.payload ?? "")}"#)
        }
        #expect(try await validate(pairs) == "")
        // The check can fail: an amount of 1.0 is none of 2.0.
        let other = version == "1.0" ? "2.0" : "1.0"
        let created = try #require(
            events.first { $0.payload?.contains(#""OrderCreated""#) == true }?.payload
        )
        let wrong = #"{"schema":\#(try await schema(["OrderCreated", other])),"event":\#(created)}"#
        #expect(try await validate([wrong]).contains("$.data.total_amount"))
    }

    private func validate(_ pairs: [String]) async throws -> String {
        let python = try #require(ProcessInfo.processInfo.environment["TEST_PYTHON"])
        let script = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "validate.py").path
        let folder = try TemporaryFolder()
        let input = try folder.write(pairs.joined(separator: "\n"), to: "pairs")
        let ending = try await ChildProcess.run(
            "/bin/sh",
            ["-c", "exec \"$0\" \"$1\" <\"$2\"", python, script, input]
        )
        #expect(ending.errorOutput == "")
        return ending.text
    }
}
