import Synchronization

/// The ids of the orders that were answered with 202, from several threads.
final class AcceptedOrders: Sendable {
    private let list = Mutex<[String]>([])

    var ids: [String] { list.withLock { $0 } }

    func append(_ id: String) { list.withLock { $0.append(id) } }
}
