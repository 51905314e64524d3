/// What a ``ProducerClient`` tells the ``Producer`` that it belongs to, on its delivery thread.
struct ProducerReports: Sendable {
    /// Is called with the work of resuming everyone that a delivery report answers.
    let handOver: @Sendable (() -> Void) -> Void
    let refusals: Refusals
    /// It can publish no more.
    var failed: @Sendable (ProducerClient, KafkaError) -> Void = { _, _ in }
    /// A message of a batch that was too large for its topic, which may be taken alone.
    ///
    /// `nil` when each is sent alone anyway.
    var tooLarge: (@Sendable (Outbox.Addressee, ProducerMessage, Outbox.Instant) -> Void)?
}
