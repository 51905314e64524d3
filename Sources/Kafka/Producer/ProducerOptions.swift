/// The settings of a producer.
package struct ProducerOptions: Sendable {
    /// The time after which a waiter learns what is known about its message.
    package var deliveryTimeout = Duration.seconds(8)
    /// The time for which a message waits for others of its partition (`linger.ms`), below a
    /// second.
    ///
    /// A configured `linger.ms` takes precedence.
    package var linger = Duration.zero
    /// The time for which messages of a partition may follow an unacknowledged message.
    ///
    /// After this time, they wait for its acknowledgement.
    var patience = Duration.milliseconds(250)
    /// The largest batch that every topic is known to accept.
    var largestBatch = Int.max

    /// The time for which a refusal counts as trouble.
    var refusalMemory = Refusals.Limits.memory

    package init() {}

    package static func delivering(within timeout: Duration) -> ProducerOptions {
        var options = ProducerOptions()
        options.deliveryTimeout = timeout
        return options
    }
}
