internal import Text

/// The events that are understood: for each type and version, how its data is read.
///
/// Whatever the version, what is read is the newest shape, so that nobody behind this knows of the
/// older ones. Money without a currency gets the one that is configured.
package struct EventRegistry: Sendable {
    /// Every version, amounts of 1.0 being US dollars.
    package static let standard = EventRegistry()

    private let versions: [EventVersion]
    private let currency: Currency

    /// - Parameters:
    ///   - versions: Those that are understood; others are an error, and dead letters.
    ///   - currency: What the amounts of 1.0 are in.
    package init(
        versions: [EventVersion] = EventVersion.allCases,
        currency: Currency = .usd
    ) {
        self.versions = versions
        self.currency = currency
    }

    func understands(_ version: EventVersion) -> Bool { versions.contains(version) }

    /// Reads the data of an event, an object.
    ///
    /// - Parameter eventID: What a cancellation was caused by if it does not say so.
    func read(
        _ type: EventType,
        _ version: EventVersion,
        of eventID: EventID,
        _ source: inout EventSource
    ) throws(EventError) -> EventPayload {
        switch type {
        case .orderCreated:
            let money: MoneyShape = version == .v1_0 ? .amount(in: currency) : .object
            return .orderCreated(try OrderCreated(&source, money))
        case .orderCancelled: return .orderCancelled(try OrderCancelled(&source, of: eventID))
        case .inventoryReserved: return .inventoryReserved(try InventoryReserved(&source))
        case .inventoryReservationFailed:
            return .inventoryReservationFailed(try InventoryReservationFailed(&source))
        }
    }
}
