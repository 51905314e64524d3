/// The reason why the topics cannot be replayed; nothing has been changed.
package enum ReplayRefusal: Error, Equatable, CustomStringConvertible {
    /// The topics keep only the latest event of each order, so most orders cannot be rebuilt.
    case compacted(topics: [String])

    package var description: String {
        switch self {
        case .compacted(let topics):
            let names = topics.joined(separator: " and ")
            return
                "\(names): compacted (cleanup.policy=compact), so only the last event of each order"
                + " is kept and orders cannot be rebuilt; the stored read model is as it was. Set"
                + " cleanup.policy=delete on the topic and keep this read model: it alone has the"
                + " events that were removed"
        }
    }
}
