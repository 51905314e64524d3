/// The callbacks from a ``ProducerClient`` to its ``Producer``, called on the delivery thread.
struct ProducerReports: Sendable {
    /// Called with the work of resuming all waiters that a delivery report answers.
    let handOver: @Sendable (() -> Void) -> Void
    let refusals: Refusals
    /// Called when the client can publish no more.
    var failed: @Sendable (ProducerClient, KafkaError) -> Void = { _, _ in }
    /// Called with a message whose batch was too large for the topic.
    ///
    /// The topic may accept the message alone.
    ///
    /// `nil` when each message is sent alone anyway.
    var tooLarge: (@Sendable (Outbox.Addressee, ProducerMessage, Outbox.Instant) -> Void)?
}
