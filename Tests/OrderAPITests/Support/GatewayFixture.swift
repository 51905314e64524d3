import HTTPServer
import OrderGateway
import ReadModel
import ReadModelTestSupport
import TestSupport
import Testing
import Text

@testable import Kafka
@testable import OrderAPI
@testable import Orders
@testable import Telemetry
@testable import OrderStreams

/// The routes of a gateway without its broker and its sockets.
final class GatewayFixture {
    /// The time that its clock shows: 2027-01-15T08:00:00.123Z.
    static let now = Timestamp(millisecondsSinceEpoch: 1_800_000_000_123)

    let publisher: FakePublisher
    let store = MemoryStore()
    /// No pause of a busy machine is as long.
    let health = Health(pause: .seconds(3600), clock: WallClock { GatewayFixture.now })
    let stamp: RequestStamp
    let ring: ChangeRing
    let routes: [Route]
    let handler: GatewayHandler
    private let projector: Projector
    private var offset: Int64 = 0

    init(
        failing error: PublishError? = nil,
        hasCaughtUp: Bool = true,
        currency: Currency = .usd,
        bodyLimitBytes: Int = ServerLimits().bodyBytes,
        ring: ChangeRing? = nil,
        tracer: Tracer? = nil,
        logger: Logger = .silent
    ) throws {
        publisher = FakePublisher(failing: error)
        let hotView = HotView(limitBytes: 1 << 20)
        self.ring = ring ?? ChangeRing()
        projector = try Projector(
            store: store,
            hotView: hotView,
            listener: self.ring,
            now: { .now }
        )
        let random = RandomSource()
        let clock = WallClock { Self.now }
        stamp = RequestStamp(random: random, clock: clock, tracer: tracer)
        var format = EventFormat()
        format.currency = currency
        let orders = OrderRoutes(
            publisher: OrderPlacement(
                publisher: publisher,
                random: random,
                format: format,
                tracer: tracer,
                logger: logger
            ),
            reader: ReadModel(store: store, hotView: hotView),
            currency: currency,
            health: health,
            stamp: stamp,
            logger: logger,
            bodyLimitBytes: bodyLimitBytes
        )
        routes =
            ChangeRoutes(ring: self.ring).routes + orders.routes
            + HealthRoutes(health: health).routes
            + ContractRoute().routes + PageRoute().routes
        handler = GatewayHandler(routes: routes, stamp: stamp)
        if hasCaughtUp { health.succeed(.projection) }
    }

    /// Has an event consumed, as it was published.
    func consume(_ message: ProducerMessage) throws {
        let record = StreamRecord(
            topic: message.topic,
            partition: 0,
            offset: offset,
            event: EventRegistry.standard.event(in: message.value)
        )
        offset += 1
        try projector.apply([record])
    }

    /// Places an order and has its event consumed.
    func placeOrder() async throws -> String {
        let response = try await handler.answer("POST", "/orders", body: Self.order)
        let message = try #require(publisher.messages.last)
        try consume(message)
        return try #require(try response.json["order_id"].string)
    }

    /// A valid order.
    static let order = """
        {"customer_id": "c-1", "items": [
            {"product_id": "p-1", "quantity": 2, "unit_price": "9.99"},
            {"product_id": "p-2", "quantity": 1, "unit_price": 0.005}
        ]}
        """
}
