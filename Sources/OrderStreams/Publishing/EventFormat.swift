package import Orders

/// How events are written here, and how those are read that do not say everything.
package struct EventFormat: Equatable, Sendable {
    /// The version of the events that are published.
    package var version = EventVersion.v1_0
    /// The currency of orders placed here, and of events of version 1.0, which do not say theirs.
    package var currency = Currency.usd

    package init() {}

    /// Reads every version.
    package var registry: EventRegistry { EventRegistry(currency: currency) }
}
