/// How a producer sends.
package struct ProducerOptions: Sendable {
    /// After so long whoever waits for a message is told what is known of it by then.
    package var deliveryTimeout = Duration.seconds(8)
    /// For how long a message waits for others of its partition (`linger.ms`), below a second.
    ///
    /// A `linger.ms` that is configured wins.
    package var linger = Duration.zero
    /// Messages of a partition follow those that were sent within this time before them, and wait for
    /// their acknowledgement after it.
    var patience = Duration.milliseconds(250)
    /// Largest batch of which it is known that every topic takes it.
    var largestBatch = Int.max

    /// For how long a refusal is trouble.
    var refusalMemory = Refusals.Limits.memory

    package init() {}

    package static func delivering(within timeout: Duration) -> ProducerOptions {
        var options = ProducerOptions()
        options.deliveryTimeout = timeout
        return options
    }
}
