package import Orders

/// How the event topics are consumed, for the projection and the saga alike.
package struct ConsumerSettings: Sendable {
    /// The events that can be processed.
    package var registry: EventRegistry
    /// What to do when the broker no longer has the events at which to resume.
    package var lostEvents: LostEvents
    /// What to do about records that can never be read.
    package var unreadable: UnreadableRecords
    /// The lag in events from which on the consumer is not ready.
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
