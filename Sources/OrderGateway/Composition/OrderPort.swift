internal import HTTPServer
internal import OrderAPI
internal import OrderStreams
internal import ReadModel
internal import Telemetry
internal import Text

/// The routes for clients: orders, the contract, and health.
struct OrderPort: Sendable {
    let configuration: GatewayConfiguration
    let gate: TopicGate
    let store: any OrderStore
    let hotView: HotView
    let changes: ChangeRing
    let health: Health
    let metrics: Metrics
    let tracer: Tracer?
    let logger: Logger

    /// Makes the routes of one port.
    ///
    /// - Parameter streams: The most streams of changes on the port.
    func routes(random: RandomSource, stamp: RequestStamp, streams: Int) -> [Route] {
        let orders = OrderRoutes(
            publisher: OrderPlacement(
                publisher: gate,
                random: random,
                format: configuration.format,
                tracer: tracer,
                logger: logger
            ),
            reader: ReadModel(
                store: store,
                hotView: hotView,
                observer: metrics.readModel.readObserver()
            ),
            currency: configuration.format.currency,
            health: health,
            stamp: stamp,
            logger: logger,
            bodyLimitBytes: configuration.limits.bodyBytes
        )
        // Before the routes with an id in their paths.
        return ChangeRoutes(ring: changes, shares: StreamShares(limit: streams)).routes
            + orders.routes
            + HealthRoutes(health: health).routes
            + ContractRoute().routes
    }
}
