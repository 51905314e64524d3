internal import Text

/// The types and versions of events that this program reads, and the decoding of their data.
///
/// All versions are decoded into the same types, so the rest of the program does not see versions.
/// Money without a currency gets the configured currency.
package struct EventRegistry: Sendable {
    /// A registry that reads every version, with amounts of version 1.0 in US dollars.
    package static let standard = EventRegistry()

    private let versions: [EventVersion]
    let currency: Currency

    /// - Parameters:
    ///   - versions: The accepted versions; an event of another version is an error.
    ///   - currency: The currency of amounts of version 1.0.
    package init(
        versions: [EventVersion] = EventVersion.allCases,
        currency: Currency = .usd
    ) {
        self.versions = versions
        self.currency = currency
    }

    func understands(_ version: EventVersion) -> Bool { versions.contains(version) }

    /// Reads the data of an event.
    ///
    /// - Parameters:
    ///   - eventID: The cause of a cancellation that contains none.
    ///   - source: A source positioned at the data, which is an object.
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
