import Orders
import ReadModel
import SQLiteStore
import TestSupport
import Testing
import Text

@testable import Kafka
@testable import OrderStreams
@testable import Telemetry

/// Stored offsets that the broker does not have.
struct LostEventsTests {
    private func storeOffsets(_ offset: Int64, in flow: EventFlowFixture) throws {
        let store = try flow.openStore()
        let positions = (0..<3).map { StreamPosition(topic: EventTopics.orders, partition: $0) }
        let offsets = Dictionary(uniqueKeysWithValues: positions.map { ($0, offset) })
        try store.commit(orders: [], offsets: offsets)
        try store.close()
    }

    /// A read model that has consumed more than the broker has: its topic was made anew.
    @Test(arguments: [LostEvents.stop, .accept])
    func `a topic that ends before the stored offset is read from its first event`(
        _ lostEvents: LostEvents
    ) async throws {
        let flow = try EventFlowFixture()
        try storeOffsets(70, in: flow)
        try await flow.publish(EventFlowFixture.created(EventFlowFixture.orderID(0)))
        try await flow.withProjection(lostEvents: lostEvents) { readModel in
            try await eventually("the projection to catch up") { flow.reason(.projection) == nil }
            for number in 1..<20 {
                try await flow.publish(EventFlowFixture.created(EventFlowFixture.orderID(number)))
            }
            try await eventually("all orders") {
                for number in 0..<20 {
                    let id = EventFlowFixture.orderID(number)
                    if try await readModel.view(of: id) == nil { return false }
                }
                return true
            }
        }
        await flow.close()
    }

    /// A saga whose group has consumed more than the broker has.
    private func withRecreatedTopicOfSaga(
        _ lostEvents: LostEvents,
        isFed: Bool = false,
        _ body: (EventFlowFixture) async throws -> Void
    ) async throws {
        let flow = try EventFlowFixture()
        try await onThread {
            let consumer = try AssignedConsumer(
                flow.configuration,
                groupID: SagaService.groupID
            )
            let partition = TopicPartition(topic: EventTopics.inventory, partition: 2)
            try consumer.commit([partition: 9])
            try waitUntil(within: .seconds(30), "the commit") {
                try consumer.committed([partition], timeout: .seconds(5)) == [partition: 9]
            }
            consumer.close()
        }
        if isFed {
            let feed = SagaFeed(version: .v1_0, time: .system)
            try await flow.withProjection(lostEvents: lostEvents, feed: feed) { _ in
                try await eventually("the projection to catch up") {
                    flow.reason(.projection) == nil
                }
                try await flow.withSaga(lostEvents: lostEvents, feed: feed) {
                    try await body(flow)
                }
            }
        } else {
            try await flow.withSaga(lostEvents: lostEvents) { try await body(flow) }
        }
        await flow.close()
    }

    /// A saga that follows the projection must not go past the events up to its offset either.
    @Test(arguments: [false, true])
    func `a topic that ends before the group's offset stops the saga`(_ isFed: Bool) async throws {
        try await withRecreatedTopicOfSaga(.stop, isFed: isFed) { flow in
            try await eventually("the saga to stop") {
                flow.reason(.saga)?.hasPrefix("stopped:") == true
            }
            let text = try #require(flow.reason(.saga))
            #expect(text.contains("inventory-events[2]"))
            #expect(text.contains("has to resume at offset 9"))
        }
    }

    @Test func `a loss of the saga that is accepted is gone past`() async throws {
        try await withRecreatedTopicOfSaga(.accept) { flow in
            for _ in 0..<10 {
                try await flow.publish(
                    ProducerMessage(topic: EventTopics.inventory, key: nil, value: Array("x".utf8))
                )
            }
            #expect(try await flow.waitForLetters(10).count == 10)
            try await eventually("the saga to be all right") { flow.reason(.saga) == nil }
        }
    }

    private static let partition = TopicPartition(topic: "order-events", partition: 2)

    @Test(arguments: [25, 26, 39, 40] as [Int64])
    func `an offset within what there is, or right behind it, is no loss`(_ stored: Int64) {
        #expect(LostEventsError(Self.partition, stored: stored, available: 25..<40) == nil)
    }

    @Test(arguments: [0, 24, 41] as [Int64])
    func `an offset outside of what there is is a loss`(_ stored: Int64) {
        let error = LostEventsError(Self.partition, stored: stored, available: 25..<40)
        #expect(error?.available == 25..<40)
    }

    @Test func `what retention has removed is told with its number`() {
        let error = LostEventsError(Self.partition, stored: 10, available: 25..<40)
        #expect(
            error?.description
                == "order-events[2]: consumption has to resume at offset 10, but the broker has 25 up"
                + " to 40; 15 events were removed before they were consumed."
                + " --lost-events accept goes on at 25"
        )
    }
}
