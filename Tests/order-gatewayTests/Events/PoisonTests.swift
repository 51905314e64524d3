import TestSupport
import Testing
@testable import Orders

/// Records that cannot be processed among many that can.
@Suite(.enabled(if: EndToEndBroker.isAvailable))
struct PoisonTests {
    private enum Load {
        static let orders = 10_000
        /// On each of the two topics.
        static let poison = 500
    }

    /// A record for kcat.
    private typealias Line = (key: String, value: [UInt8])

    private func orderID(_ number: Int) -> String {
        let digits = String(number, radix: 16)
        return "01900000-0000-7000-8000-" + String(repeating: "0", count: 12 - digits.count)
            + digits
    }

    private func event(_ type: String, _ number: Int, _ data: String, version: String = "1.0")
        -> String
    {
        """
        {"event_id":"\(orderID(number))","event_type":"\(type)","event_version":"\(version)",\
        "timestamp":"2026-11-23T12:00:00.000Z","correlation_id":"c","source_service":"test",\
        "trace_id":"0af7651916cd43dd8448eb211c80319c","span_id":"b7ad6b7169203331",\
        "data":{"order_id":"\(orderID(number))"\(data)}}
        """
    }

    private func created(_ number: Int, price: String = "\"9.99\"") -> String {
        event(
            "OrderCreated",
            number,
            #","customer_id":"c-\#(number)","items":[{"product_id":"p-1","quantity":1,"#
                + #""unit_price":\#(price)}],"total_amount":"9.99","status":"pending""#
        )
    }

    /// One of every kind but an empty value, which kcat cannot send.
    private func poison(_ kind: Int, _ number: Int) -> [UInt8] {
        switch kind % 10 {
        // The first of a topic's poison is 5 MB.
        case 0 where kind == 0: [UInt8](repeating: 0x78, count: 5 * 1024 * 1024)
        case 0: Array("this is not JSON".utf8)
        case 1: Array(#"{"hello":"world"}"#.utf8)
        case 2: Array(#"{"event_type":"OrderCreated","event_version":"1.0"}"#.utf8)
        case 3: Array(#"{"event_type":["OrderCreated"],"data":"x"}"#.utf8)
        case 4: Array(event("OrderCreated", number, "", version: "7.5").utf8)
        // A tombstone, by kcat's -Z.
        case 5: []
        case 6: Array(created(number, price: "1e999999999").utf8)
        case 7: [0x7B, 0x22, 0xFF, 0xC0, 0x22, 0x3A, 0x31, 0x7D]
        case 8: Array(created(number, price: "-9.99").utf8)
        default: Array(event("InventoryReserved", number, #","order_id":5"#).utf8)
        }
    }

    /// Good records in their order, with poison at random places between them.
    private func mixed(
        _ good: [Line],
        using generator: inout SeededGenerator
    ) -> [Line] {
        var kinds = (0..<Load.poison).map { $0 }
        kinds.shuffle(using: &generator)
        var lines = good
        for kind in kinds {
            let place = Int.random(in: 0...lines.count, using: &generator)
            // Also under the keys of orders that are good: their later events are processed.
            let number = Int.random(in: 0..<Load.orders, using: &generator)
            lines.insert((orderID(number), poison(kind, number)), at: place)
        }
        return lines
    }

    @Test(.timeLimit(.minutes(5)))
    func `all good events are applied and every other one is buried once`() async throws {
        let numbers = 0..<Load.orders
        let orders = numbers.map { (orderID($0), Array(created($0).utf8)) }
        let answers = numbers.map { (orderID($0), Array(event("InventoryReserved", $0, "").utf8)) }
        try await withSeededGenerator { generator in
            try await run(
                mixed(orders, using: &generator),
                mixed(answers, using: &generator)
            )
        }
    }

    private func run(_ orders: [Line], _ answers: [Line]) async throws {
        try await withBroker { broker in
            let folder = try TemporaryFolder()
            let data = folder.path("data")
            try await withServe(broker, dataDir: data) { gateway in
                try await gateway.kcat.produce(orders, to: "order-events")
                try await gateway.kcat.produce(answers, to: "inventory-events")
                try await expectEnd(gateway, Database(folder: data))
            }
            // Nobody begins anew: the dead letters stay as many without the read model's offsets.
            let again = folder.path("again")
            try await withServe(broker, dataDir: again) { gateway in
                try await expectEnd(gateway, Database(folder: again))
            }
        }
    }

    private func expectEnd(_ gateway: GatewayProcess, _ database: Database) async throws {
        try await eventually(within: .seconds(120), "all orders to be confirmed") {
            try await database.rows("SELECT count(*) FROM orders WHERE status = 'confirmed'")
                == ["\(Load.orders)"]
        }
        let letters = 2 * Load.poison
        try await eventually(within: .seconds(120), "\(letters) dead letters") {
            try await gateway.kcat.records(in: "dead-letter-queue").count >= letters
        }
        let found = try await gateway.kcat.records(in: "dead-letter-queue")
        let places = found.map {
            "\($0.header("__dlq.errors.topic") ?? "")/\($0.header("__dlq.errors.partition") ?? "")"
                + "/\($0.header("__dlq.errors.offset") ?? "")"
        }
        #expect(found.count == letters)
        #expect(Set(places).count == letters)
        var ends: [String: Int] = [:]
        for topic in ["order-events", "inventory-events"] {
            for (partition, end) in try await gateway.kcat.ends(of: topic) {
                ends["\(topic)/\(partition)"] = end
            }
        }
        #expect(try await database.offsets() == ends)
    }
}
