package import Orders

/// The settings of the consumers of event topics, for both the projection and the saga.
package struct ConsumerSettings: Sendable {
    /// The registry of the events that the gateway can process.
    package var registry: EventRegistry
    /// What to do when the broker no longer has the events at which to resume.
    package var lostEvents: LostEvents
    /// What to do about records that can never be read.
    package var unreadable: UnreadableRecords
    /// The largest lag in events with which the consumer is ready.
    package var maximumLag: Int64

    package init(
        registry: EventRegistry = .standard,
        lostEvents: LostEvents = .stop,
        unreadable: UnreadableRecords = .stop,
        maximumLag: Int64
    ) {
        self.registry = registry
        self.lostEvents = lostEvents
        self.unreadable = unreadable
        self.maximumLag = maximumLag
    }
}
