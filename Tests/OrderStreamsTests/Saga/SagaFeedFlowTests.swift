import Orders
import ReadModel
import Synchronization
import TestSupport
import Testing
import Text

@testable import Kafka
@testable import OrderStreams
@testable import Telemetry

/// The saga and the projection with a feed between them.
struct SagaFeedFlowTests {
    /// Counts the records that a consumer receives for itself.
    private final class Received: KafkaObserver {
        private let records = Mutex(0)
        var count: Int { records.withLock { $0 } }

        func received(_ records: Int, of partition: TopicPartition) {
            self.records.withLock { $0 += records }
        }
    }

    private final class Commits: StreamObserver {
        private let offsets = Mutex<[TopicPartition: Int64]>([:])

        func offset(_ topic: String, _ partition: Int32) -> Int64 {
            offsets.withLock { $0[TopicPartition(topic: topic, partition: partition)] ?? 0 }
        }

        /// The number of records up to these offsets.
        var records: Int { offsets.withLock { Int($0.values.reduce(0, +)) } }

        func committed(_ offsets: [TopicPartition: Int64], of group: String) {
            self.offsets.withLock { $0.merge(offsets, uniquingKeysWith: max) }
        }
    }

    /// Publishes, and keeps the cancellations.
    private final class Recording: EventPublisher {
        private let producer: Producer
        /// Whether every answer of the broker is lost.
        private let losesAnswers: Bool
        private let cancelled = Mutex<[Event]>([])

        init(_ producer: Producer, losesAnswers: Bool = false) {
            self.producer = producer
            self.losesAnswers = losesAnswers
        }

        /// The cancellations that the broker has.
        var events: [Event] { cancelled.withLock { $0 } }
        var orders: Set<OrderID> { Set(events.map(\.payload.orderID)) }

        func publish(_ message: ProducerMessage, _ waiter: DeliveryWaiter) {
            Task {
                do throws(PublishError) {
                    waiter.resume(returning: .success(try await recorded(message)))
                } catch {
                    waiter.resume(returning: .failure(error))
                }
            }
        }

        private func recorded(
            _ message: ProducerMessage
        ) async throws(PublishError) -> Acknowledgement {
            let acknowledgement = try await producer.publish(message)
            if message.topic == EventTopics.orders, let value = message.value,
                case .event(let event) = try? EventRegistry.standard.decode(value)
            {
                cancelled.withLock { $0.append(event) }
            }
            if losesAnswers { throw .unknown(reason: .topicsNotKnown) }
            return acknowledgement
        }
    }

    private func withFlow(
        _ body: (EventFlowFixture, Producer, SagaFeed) async throws -> Void
    ) async throws {
        let flow = try EventFlowFixture()
        let producer = try Producer(flow.configuration)
        let feed = SagaFeed(version: .v1_0, time: .system)
        do {
            try await body(flow, producer, feed)
        } catch {
            await producer.close()
            await flow.close()
            throw error
        }
        await producer.close()
        await flow.close()
    }

    private func failure(_ id: OrderID) -> EventPayload {
        .inventoryReservationFailed(
            InventoryReservationFailed(orderID: id, reason: "none", productID: "p-1")
        )
    }

    private var poison: ProducerMessage {
        ProducerMessage(topic: EventTopics.orders, key: nil, value: Array("x".utf8))
    }

    private func meeting(_ feed: SagaFeed) async throws {
        try await eventually("the saga to follow the projection") { !feed.hasNews }
    }

    @Test func `a saga that follows does its work, and fetches nothing for itself`() async throws {
        try await withFlow { flow, producer, feed in
            let received = Received()
            let publisher = Recording(producer)
            let id = EventFlowFixture.orderID(0)
            for number in 0..<9 {
                try await flow.publish(EventFlowFixture.created(EventFlowFixture.orderID(number)))
            }
            try await flow.withSaga(publisher: publisher, feed: feed, kafkaObserver: received) {
                try await eventually("the saga's own records") { received.count == 9 }
                try await flow.withProjection(feed: feed) { readModel in
                    try await meeting(feed)
                    try await flow.publish(failure(id))
                    let place = try await flow.publish(poison)
                    let letter = try #require(try await flow.waitForLetters(1).first)
                    #expect(letter.id.offset == place.offset)
                    #expect(letter.id.partition == place.partition)
                    #expect(letter.original == .value(Array("x".utf8)))
                    try await eventually("the cancellation") {
                        guard let view = try await readModel.view(of: id) else { return false }
                        return String(decoding: view.json, as: UTF8.self).contains("none")
                    }
                    #expect(publisher.events.map(\.payload.orderID) == [id])
                    #expect(received.count == 9)
                    try await eventually("the saga to be ready") { flow.reason(.saga) == nil }
                }
            }
        }
    }

    @Test func `a saga goes on for itself when the projection ends, and then follows again`()
        async throws
    {
        try await withFlow { flow, producer, feed in
            let (received, commits) = (Received(), Commits())
            let publisher = Recording(producer)
            let ids = (0..<60).map { EventFlowFixture.orderID($0) }
            try await flow.withSaga(
                publisher: publisher,
                feed: feed,
                kafkaObserver: received,
                observer: commits
            ) {
                try await flow.withProjection(feed: feed) { _ in
                    try await meeting(feed)
                    for id in ids[..<20] { try await flow.publish(failure(id)) }
                    // The projection ends in the midst of them.
                    try await eventually("a cancellation") { !publisher.orders.isEmpty }
                }
                for id in ids[20..<40] { try await flow.publish(failure(id)) }
                try await eventually("the saga's own work") {
                    publisher.orders == Set(ids[..<40])
                }
                #expect(received.count >= 20)
                // No record is left that may be on its way to the saga.
                try await eventually("all to be consumed") {
                    commits.records == 40 + publisher.events.count
                }
                try await flow.withProjection(feed: feed) { _ in
                    try await meeting(feed)
                    let own = received.count
                    for id in ids[40...] { try await flow.publish(failure(id)) }
                    try await eventually("the work that is handed over") {
                        publisher.orders == Set(ids)
                    }
                    #expect(received.count == own)
                }
            }
            #expect(Set(publisher.events.map(\.envelope.eventID)).count == ids.count)
        }
    }

    @Test func `a cancellation whose answer was lost is the same event after a restart`()
        async throws
    {
        try await withFlow { flow, producer, feed in
            let id = EventFlowFixture.orderID(1)
            let first = Recording(producer, losesAnswers: true)
            let second = Recording(producer)
            try await flow.withProjection(feed: feed) { _ in
                try await flow.withSaga(publisher: first, feed: feed) {
                    try await meeting(feed)
                    try await flow.publish(failure(id))
                    try await eventually("the first cancellation") { !first.events.isEmpty }
                }
                try await flow.withSaga(publisher: second, feed: feed) {
                    try await eventually("the second cancellation") { !second.events.isEmpty }
                }
            }
            let events = first.events + second.events
            #expect(events.allSatisfy { $0 == events[0] })
            #expect(events[0].payload.orderID == id)
        }
    }

    @Test func `a saga that has committed its work repeats nothing after a restart`()
        async throws
    {
        try await withFlow { flow, producer, feed in
            let publisher = Recording(producer)
            let ids = (0..<2).map { EventFlowFixture.orderID($0) }
            try await flow.withProjection(feed: feed) { _ in
                for id in ids {
                    let commits = Commits()
                    try await flow.withSaga(publisher: publisher, feed: feed, observer: commits) {
                        try await meeting(feed)
                        let place = try await flow.publish(failure(id))
                        try await eventually("the commit") {
                            commits.offset(EventTopics.inventory, place.partition) > place.offset
                        }
                    }
                }
            }
            #expect(publisher.events.map(\.payload.orderID) == ids)
        }
    }
}
