internal import Orders

/// An order in memory: its state for the fold, and its view once somebody has asked for it.
///
/// Sendable because every change is made under the lock of its ``HotShard``. Only the projector changes
/// the order, so only the projector may read it without the lock.
final class HotOrder: @unchecked Sendable {
    enum Size {
        /// Memory beside the texts, in bytes, rounded up: the object, its dictionary slot, its queue
        /// entries, the array headers.
        static let order = 512
        /// The size of a view without the texts, in bytes: names of members, ids, times.
        static let view = 360
        /// The size of an item in a view without its text, in bytes.
        static let item = 80
    }

    private(set) var order: Order
    private var renderedView: OrderView?
    /// The memory that the order takes, in bytes, including its view even before that is made.
    private(set) var bytes: Int
    /// Numbers the last change among the changes of its shard.
    var stamp: UInt64 = 0
    /// Whether it has changed since the last group was gathered; only the projector uses it.
    var isChanged = false

    init(_ order: Order) {
        self.order = order
        bytes = Self.bytes(order)
    }

    /// The view; `nil` until the order's creation has been consumed.
    ///
    /// It is made when it is first asked for: most states of most orders are never read.
    func view() -> OrderView? {
        if let renderedView { return renderedView }
        guard let view = OrderView(order) else { return nil }
        renderedView = view
        // JSON escapes can make it longer than the estimate.
        bytes = max(bytes, Size.order + 2 * view.json.count)
        return view
    }

    /// - Returns: Whether the event changed the order.
    func fold(_ event: Event) -> Bool {
        guard order.fold(event) else { return false }
        renderedView = nil
        bytes = Self.bytes(order)
        return true
    }

    /// Every text is counted twice: it is in the order and in the view.
    private static func bytes(_ order: Order) -> Int {
        var view = Size.view
        if let creation = order.creation {
            view += creation.customerID.utf8.count + creation.correlationID.utf8.count
            for item in creation.items { view += Size.item + item.productID.utf8.count }
        }
        if case .failed(_, let reason) = order.reservation { view += reason.utf8.count }
        if let cancellation = order.cancellation { view += cancellation.reason.utf8.count }
        return Size.order + 2 * view
    }
}
