/// The events that are understood: for each type and version, how its data is read.
///
/// Whatever the version, what is read is the newest shape, so that nobody behind this knows of the
/// older ones. Money without a currency gets the one that is configured.
package struct EventRegistry: Sendable {
    typealias Handler = @Sendable (inout EventSource) throws(EventError) -> EventPayload

    /// Every version, amounts of 1.0 being US dollars.
    package static let standard = EventRegistry()

    private var handlers: [EventType: [EventVersion: Handler]] = [:]

    /// - Parameters:
    ///   - versions: Those that are understood; others are an error, and dead letters.
    ///   - currency: What the amounts of 1.0 are in.
    package init(
        versions: [EventVersion] = EventVersion.allCases,
        currency: Currency = .usd
    ) {
        for version in versions {
            let money: MoneyShape = version == .v1_0 ? .amount(in: currency) : .object
            register(.orderCreated, version) { source throws(EventError) in
                .orderCreated(try OrderCreated(&source, money))
            }
            register(.orderCancelled, version) { source throws(EventError) in
                .orderCancelled(try OrderCancelled(&source))
            }
            register(.inventoryReserved, version) { source throws(EventError) in
                .inventoryReserved(try InventoryReserved(&source))
            }
            register(.inventoryReservationFailed, version) { source throws(EventError) in
                .inventoryReservationFailed(try InventoryReservationFailed(&source))
            }
        }
    }

    private mutating func register(
        _ type: EventType,
        _ version: EventVersion,
        _ handler: @escaping Handler
    ) {
        handlers[type, default: [:]][version] = handler
    }

    func handler(of type: EventType, _ version: EventVersion) -> Handler? {
        handlers[type]?[version]
    }
}
