import Foundation
import Orders
import ReadModel
import SQLiteStore
import TestSupport
import Testing
import Text

@testable import Kafka
@testable import OrderStreams
@testable import Telemetry

/// The read model rebuilt beside the stored one.
struct ReplayTests {
    private static let orders = 60

    /// A read model that has consumed orders in every state.
    private func withReadModel(_ body: (EventFlowFixture) async throws -> Void) async throws {
        let flow = try EventFlowFixture()
        do {
            for number in 0..<Self.orders {
                let id = EventFlowFixture.orderID(number)
                try await flow.publish(EventFlowFixture.created(id))
                if number % 3 == 1 {
                    try await flow.publish(.inventoryReserved(InventoryReserved(orderID: id)))
                } else if number % 3 == 2 {
                    let cause = EventID(high: 1, low: UInt64(number))
                    try await flow.publish(
                        .orderCancelled(
                            OrderCancelled(orderID: id, reason: "closed", causedBy: cause)
                        )
                    )
                }
            }
            try await flow.publish(
                ProducerMessage(topic: EventTopics.orders, key: nil, value: Array("x".utf8))
            )
            try await consumeAll(flow)
            try await body(flow)
        } catch {
            await flow.close()
            throw error
        }
        await flow.close()
    }

    private func consumeAll(_ flow: EventFlowFixture) async throws {
        try await flow.withProjection { _ in
            try await eventually("the projection to catch up") {
                flow.reason(.projection) == nil
            }
        }
    }

    private func replay(_ flow: EventFlowFixture) -> Replay {
        Replay(flow.configuration, registry: .standard) { try flow.openStore() }
    }

    private func replay(
        _ flow: EventFlowFixture,
        _ change: (inout ReplayOptions) -> Void = { _ in }
    ) async throws -> (summary: ReplaySummary, differences: [ReplayDifference]) {
        var options = ReplayOptions()
        change(&options)
        var differences: [ReplayDifference] = []
        var last = ReplayProgress()
        let summary = try await replay(flow).run(options) {
            #expect($0.events >= last.events && $0.events <= $0.total)
            last = $0
        } difference: {
            differences.append($0)
        }
        #expect(last.events == last.total)
        #expect(!FileManager.default.fileExists(atPath: Self.scratch(flow)))
        #expect(summary.differing == differences.count)
        return (summary, differences)
    }

    private static func scratch(_ flow: EventFlowFixture) -> String {
        "\(flow.dataDir)/orders.sqlite-rebuild"
    }

    private func rows(_ flow: EventFlowFixture) throws -> [Order] {
        let store = try flow.openStore()
        defer { try? store.close() }
        return try store.orders(after: nil, limit: 1_000)
    }

    /// Changes what is stored behind the projection's back.
    private func store(_ flow: EventFlowFixture, _ orders: [Order]) throws {
        let store = try flow.openStore()
        try store.commit(orders: orders, offsets: [:])
        try store.close()
    }

    @Test func `a sound read model comes out the same`() async throws {
        try await withReadModel { flow in
            let before = try rows(flow)
            #expect(before.allSatisfy { $0.eventsOmitted == 0 })
            let (summary, differences) = try await replay(flow)
            #expect(differences.isEmpty)
            #expect(summary.orders == Self.orders)
            #expect(summary.events == 100)
            #expect(summary.rejected == 1)
            #expect(summary.kept == 0)
            #expect(summary.hasSwapped)
            #expect(try rows(flow) == before)
            // The gateway goes on where it was.
            try await consumeAll(flow)
            #expect(try rows(flow) == before)
        }
    }

    @Test func `an order that is stored wrongly is mended`() async throws {
        try await withReadModel { flow in
            let before = try rows(flow)
            var wrong = before[4]
            wrong.reservation = nil
            let foreign = Order(id: EventFlowFixture.orderID(99))
            try store(flow, [wrong])
            let (summary, differences) = try await replay(flow) { $0.swaps = false }
            #expect(differences == [.changed(stored: wrong, replayed: before[4])])
            #expect(!summary.hasSwapped)
            #expect(try rows(flow)[4] == wrong)
            #expect(try await replay(flow).summary.hasSwapped)
            #expect(try rows(flow) == before)
            #expect(foreign.creation == nil)
        }
    }

    @Test func `orders of a version without trails get them`() async throws {
        try await withReadModel { flow in
            let before = try rows(flow)
            let bare = before.map { order in
                var order = order
                order.trail = EventTrail()
                return order
            }
            try store(flow, bare)
            let (_, differences) = try await replay(flow)
            #expect(differences.count == before.count)
            #expect(try rows(flow) == before)
        }
    }

    @Test func `an order the topics do not have is kept, unless it is to be given up`() async throws
    {
        try await withReadModel { flow in
            let before = try rows(flow)
            var old = before[1]
            old = Order(id: EventFlowFixture.orderID(999)).merging(old.moved(to: 999))
            try store(flow, [old])
            let kept = try await replay(flow)
            #expect(kept.summary.kept == 1)
            #expect(kept.differences.isEmpty)
            #expect(try rows(flow) == before + [old])
            let given = try await replay(flow) { $0.discardsMissing = true }
            #expect(given.differences == [.onlyStored(old)])
            #expect(try rows(flow) == before)
        }
    }

    @Test func `events before a time are taken from what is stored`() async throws {
        try await withReadModel { flow in
            let before = try rows(flow)
            let (summary, differences) = try await replay(flow) {
                $0.from = Timestamp(millisecondsSinceEpoch: 4_000_000_000_000)
            }
            #expect(summary.events == 0)
            #expect(summary.kept == Self.orders)
            #expect(differences.isEmpty)
            #expect(try rows(flow) == before)
        }
    }

    @Test func `without a read model everything is read`() async throws {
        try await withReadModel { flow in
            let before = try rows(flow)
            try FileManager.default.removeItem(atPath: flow.dataDir)
            let (summary, differences) = try await replay(flow)
            #expect(summary.orders == Self.orders)
            #expect(differences.count == Self.orders)
            #expect(try rows(flow) == before)
        }
    }

    @Test func `as many orders differ whether they are listed or not`() async throws {
        try await withReadModel { flow in
            var some = Array(try rows(flow).prefix(Self.orders / 2))
            some[1] = Order(id: some[1].id)
            try FileManager.default.removeItem(atPath: flow.dataDir)
            try store(flow, some)
            let (listed, _) = try await replay(flow) { $0.swaps = false }
            #expect(listed.differing == Self.orders - some.count + 1)
            var options = ReplayOptions()
            options.swaps = false
            let counted = try await replay(flow).run(options, progress: { _ in })
            #expect(counted == listed)
        }
    }

    @Test func `a replay that was killed leaves nothing in the way`() async throws {
        try await withReadModel { flow in
            let before = try rows(flow)
            try Data("half".utf8).write(to: URL(filePath: Self.scratch(flow)))
            _ = try await replay(flow)
            #expect(try rows(flow) == before)
        }
    }

    @Test func `a read model that cannot be opened is left alone`() async throws {
        try await withReadModel { flow in
            let before = try rows(flow)
            let error = StoreError.tooNew(path: "orders.sqlite")
            await #expect(throws: error) {
                _ = try await Replay(flow.configuration, registry: .standard) { throw error }
                    .run(ReplayOptions(), progress: { _ in })
            }
            #expect(try rows(flow) == before)
        }
    }
}

extension Order {
    /// The same facts and events under another id.
    fileprivate func moved(to number: Int) -> Order {
        var order = Order(id: EventFlowFixture.orderID(number))
        order.creation = creation
        order.reservation = reservation
        order.cancellation = cancellation
        order.trail = trail
        return order
    }
}
