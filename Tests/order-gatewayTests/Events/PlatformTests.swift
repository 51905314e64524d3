import Foundation
import TestSupport
import Testing

private let python = ProcessInfo.processInfo.environment["TEST_PYTHON"]

/// The gateway between the platform's other services: a producer of orders and an inventory service,
/// both in Python with aiokafka, which write and read as `services.py` has it.
@Suite(.serialized, .enabled(if: python != nil))
struct PlatformTests {
    private enum Load {
        /// Placed over HTTP; every third is out of stock.
        static let ourOrders = 20
        /// Placed in Python; of three one is confirmed, one out of stock, one cancelled by hand.
        static let theirOrders = 60
    }

    @Test(.enabled(if: EndToEndBroker.isAvailable))
    func `orders of ours and of theirs are confirmed or cancelled by their inventory`()
        async throws
    {
        try await withBroker { broker in
            let folder = try TemporaryFolder()
            try await withServe(broker, dataDir: folder.path("data")) { gateway in
                try await expectOutcomes(gateway)
            }
        }
    }

    @Test func `they are on the embedded broker too`() async throws {
        try await withDev(["--no-inventory"]) { gateway in
            try await expectOutcomes(gateway)
        }
    }

    private func expectOutcomes(_ gateway: GatewayProcess) async throws {
        let servers = gateway.kcat.bootstrapServers
        // What each order becomes: its status and its reason, if it has one.
        var expected: [String: String] = [:]
        try await withPlatformInventory(servers) {
            async let theirs = platform(["orders", servers, "\(Load.theirOrders)"])
            for number in 0..<Load.ourOrders {
                let isMissing = number % 3 == 1
                let id = try await gateway.place(
                    OrderText.order(
                        customer: "c-\(number)",
                        product: isMissing ? "out-of-stock-\(number)" : "p-\(number)"
                    )
                )
                expected[id] = isMissing ? "cancelled insufficient_stock" : "confirmed"
            }
            for line in try await theirs.split(separator: "\n") {
                let (id, outcome) = (line.prefix { $0 != " " }, line.drop { $0 != " " }.dropFirst())
                expected[String(id)] = String(outcome)
            }
            try #require(expected.count == Load.ourOrders + Load.theirOrders)
            for (id, outcome) in expected {
                let words = outcome.split(separator: " ").map(String.init)
                // A cancellation may come before the answer that says why, or after it.
                let view = try await gateway.view(of: id) { $0["status"].string == words[0] }.json
                #expect(view["reason"].string == words.dropFirst().first, "\(id): \(view)")
            }
        }
        #expect(try await gateway.kcat.records(in: "dead-letter-queue").isEmpty)
    }

    /// Runs `services.py` to its end, and returns what it printed.
    private func platform(_ arguments: [String]) async throws -> String {
        let ending = try await ChildProcess.run(
            try #require(python),
            [Self.script] + arguments,
            within: .seconds(120)
        )
        try #require(ending.exitCode == 0, "\(ending.errorOutput)")
        return ending.text
    }

    /// Runs a body beside the platform's inventory service, which afterwards has to stop as asked.
    private func withPlatformInventory(
        _ servers: String,
        _ body: () async throws -> Void
    ) async throws {
        let inventory = try ChildProcess(
            try #require(python),
            [Self.script, "inventory", servers]
        )
        try await inventory.whileServing(ready: "ready", body)
    }

    private static let script = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "services.py").path
}
