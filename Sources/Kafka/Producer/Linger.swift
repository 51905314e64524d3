/// For how long a message waits for others of its partition (`linger.ms`): the fewer and larger the
/// batches, the less each message costs here, at the broker and at every consumer.
///
/// A `linger.ms` that is configured wins, and is kept for each message.
package enum Linger: Sendable {
    /// Each message waits so long.
    case always(Duration)
    /// The same, but a message that finds no other under way goes at once, unless there were many the
    /// last time: it is likely to wait in vain.
    case unlessAlone(Duration)

    var duration: Duration {
        switch self {
        case .always(let duration), .unlessAlone(let duration): duration
        }
    }

    /// Whether messages that are alone are to go at once.
    func sparesLoneMessages(_ configuration: ClientConfiguration) -> Bool {
        guard case .unlessAlone = self else { return false }
        let names = ["linger.ms", "queue.buffering.max.ms"]
        return !configuration.properties.contains { names.contains($0.name) }
    }
}
