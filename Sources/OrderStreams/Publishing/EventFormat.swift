package import Orders

/// The format of published events, and the defaults for consumed events that lack a value.
package struct EventFormat: Equatable, Sendable {
    /// The version of published events.
    package var version = EventVersion.v1_0
    /// The currency of new orders, and of events of version 1.0, which do not contain a currency.
    package var currency = Currency.usd

    package init() {}

    /// A registry that reads every version.
    package var registry: EventRegistry { EventRegistry(currency: currency) }
}
