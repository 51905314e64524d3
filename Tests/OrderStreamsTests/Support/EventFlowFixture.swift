import Development
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

/// The event flow without HTTP: an embedded broker with the platform's topics, and services that run
/// for as long as a body does.
final class EventFlowFixture: Sendable {
    let broker: EmbeddedBroker
    let folder: TemporaryFolder
    /// No pause is found: where many tests run, and records are large, everything may take long.
    let health = Health(parts: [.readModel, .projection, .saga], pause: .seconds(3600))
    private let producer: Producer

    var dataDir: String { folder.path("data") }

    init() throws {
        broker = try EmbeddedBroker(topics: EventTopics.specifications)
        folder = try TemporaryFolder()
        producer = try Producer(
            ClientConfiguration(
                bootstrapServers: broker.bootstrapServers,
                clientID: "test",
                // The embedded broker keeps records of 5 MiB a partition, as they were compressed.
                properties: broker.clientProperties + [KafkaProperty("compression.type", "gzip")]
            )
        )
    }

    func close() async {
        await producer.close()
        broker.stop()
    }

    var configuration: ClientConfiguration { configuration(observer: nil) }

    func configuration(observer: (any KafkaObserver)?) -> ClientConfiguration {
        ClientConfiguration(
            bootstrapServers: broker.bootstrapServers,
            clientID: "test",
            properties: broker.clientProperties,
            observer: observer
        )
    }

    // MARK: Publishing

    @discardableResult
    func publish(_ message: ProducerMessage) async throws -> Acknowledgement {
        try await producer.publish(message)
    }

    /// Publishes an event as its service does.
    @discardableResult
    func publish(
        _ payload: EventPayload,
        eventID: EventID = RandomSource().uuid(at: WallClock.system.now()),
        version: EventVersion = .v1_0
    ) async throws -> Acknowledgement {
        let trace = TraceContext(
            traceID: try #require(TraceID(high: 1, low: 2)),
            spanID: try #require(SpanID(3)),
            flags: 0,
            state: nil
        )
        let event = Event(
            envelope: EventEnvelope(
                eventID: eventID,
                timestamp: WallClock.system.now(),
                correlationID: "c-1",
                sourceService: "test",
                traceID: trace.traceID,
                spanID: trace.spanID,
                version: version
            ),
            payload: payload
        )
        let topic =
            switch payload {
            case .orderCreated, .orderCancelled: EventTopics.orders
            case .inventoryReserved, .inventoryReservationFailed: EventTopics.inventory
            }
        return try await publish(OrderEventMessage.make(event, topic: topic, trace: trace))
    }

    static func created(_ id: OrderID) throws -> EventPayload {
        let price = try Money("9.99".utf8)
        return .orderCreated(
            OrderCreated(
                orderID: id,
                customerID: "c-1",
                items: [OrderItem(productID: "p-1", quantity: 1, unitPrice: price)],
                totalAmount: price,
                currency: .usd
            )
        )
    }

    static func orderID(_ number: Int) -> OrderID {
        OrderID(high: 0x0190_0000_0000_7000, low: 0x8000_0000_0000_0000 | UInt64(number))
    }

    // MARK: Services

    private func settings(
        _ versions: [EventVersion],
        _ lostEvents: LostEvents
    ) -> ConsumerSettings {
        ConsumerSettings(
            registry: EventRegistry(versions: versions),
            lostEvents: lostEvents,
            maximumLag: .max
        )
    }

    /// Runs the saga while a body runs.
    func withSaga<Value>(
        versions: [EventVersion] = EventVersion.allCases,
        publisher: (any EventPublisher)? = nil,
        retries: Backoff = .publishing,
        lostEvents: LostEvents = .stop,
        clock: MonotonicClock = .system,
        feed: SagaFeed? = nil,
        kafkaObserver: (any KafkaObserver)? = nil,
        observer: (any StreamObserver)? = nil,
        tracer: Tracer? = nil,
        _ body: () async throws -> Value
    ) async throws -> Value {
        let saga = SagaService(
            configuration: configuration(observer: kafkaObserver),
            publisher: publisher ?? producer,
            settings: settings(versions, lostEvents),
            version: .v1_0,
            retries: retries,
            health: health,
            time: .system,
            clock: clock,
            random: RandomSource(),
            feed: feed,
            observer: observer,
            tracer: tracer,
            logger: .silent
        )
        return try await running({ try await saga.run() }, body)
    }

    /// Runs the projection while a body runs.
    func withProjection<Value>(
        versions: [EventVersion] = EventVersion.allCases,
        lostEvents: LostEvents = .stop,
        feed: SagaFeed? = nil,
        observer: (any ReadModelObserver)? = nil,
        listener: (any ChangeListener)? = nil,
        tracer: Tracer? = nil,
        start: Timestamp = Timestamp(millisecondsSinceEpoch: 0),
        store: (any OrderStore)? = nil,
        _ body: (ReadModel) async throws -> Value
    ) async throws -> Value {
        let store = try store ?? openStore()
        let hotView = HotView(limitBytes: 1 << 20)
        let projection = ProjectionService(
            configuration: configuration,
            store: try BloomFilteredStore(store),
            replicaID: UUID(high: 7, low: 7),
            hotView: hotView,
            settings: settings(versions, lostEvents),
            health: health,
            feed: feed,
            readModelObserver: observer,
            listener: listener,
            tracer: tracer,
            start: start,
            logger: .silent
        )
        let value = try await running({ try await projection.run() }) {
            try await body(ReadModel(store: store, hotView: hotView))
        }
        try store.close()
        return value
    }

    /// Opens the read model; its folder is made if it is absent.
    func openStore() throws -> SQLiteOrderStore {
        try FileManager.default.createDirectory(
            atPath: dataDir,
            withIntermediateDirectories: true
        )
        return try SQLiteOrderStore(folder: dataDir)
    }

    private func running<Value>(
        _ service: @escaping @Sendable () async throws -> Void,
        _ body: () async throws -> Value
    ) async throws -> Value {
        let task = Task { try await service() }
        do {
            let value = try await body()
            task.cancel()
            try await task.value
            return value
        } catch {
            task.cancel()
            try? await task.value
            throw error
        }
    }

    // MARK: Looking

    /// Why a part is not all right, if it is not.
    func reason(_ part: Health.Part) -> String? {
        health.checks().first { "\($0.name)" == "\(part.name)" }?.reason
    }

    var deadLetters: DeadLetterQueue {
        DeadLetterQueue(configuration, registry: .standard)
    }

    /// All dead letters, and whether they have been redriven.
    func letters() async throws -> [(letter: DeadLetter, isRedriven: Bool)] {
        var found: [(DeadLetter, Bool)] = []
        try await deadLetters.forEach { found.append(($0, $1)) }
        return found
    }

    /// Waits until there are so many records in the dead letters' topic, and reads them then: reading
    /// takes long when they are large.
    func waitForLetters(_ count: Int) async throws -> [DeadLetter] {
        let partition = TopicPartition(topic: EventTopics.deadLetters, partition: 0)
        try await onThread { [configuration] in
            let consumer = try AssignedConsumer(configuration, groupID: "test")
            defer { consumer.close() }
            try waitUntil(within: .seconds(120), "\(count) dead letters") {
                let bounds = try consumer.bounds(of: [partition], timeout: .seconds(30))
                return bounds[partition]?.upperBound ?? 0 >= count
            }
        }
        return try await letters().map(\.letter)
    }
}
