internal import Orders

/// An order in memory: its state, and its view after the first read.
///
/// Sendable because every change happens under the lock of its ``HotShard``. Only the projector
/// changes the order, so only the projector may read it without the lock.
final class HotOrder: @unchecked Sendable {
    enum Size {
        /// The memory besides the strings, in bytes, rounded up: the object, its dictionary slot,
        /// its queue entries and the array headers.
        static let order = 512
        /// The size of a view without the strings and items, in bytes: member names, IDs and times.
        static let view = 360
    }

    // No change of these calls anything that could reach the same object.
    @exclusivity(unchecked) private(set) var order: Order
    @exclusivity(unchecked) private var renderedView: OrderView?
    /// The memory of the order in bytes, including its view even before the view is created.
    @exclusivity(unchecked) private(set) var bytes: Int
    /// The number of the last change, in the sequence of the changes of its shard.
    @exclusivity(unchecked) var stamp: UInt64 = 0
    /// Whether it has changed since the last group was collected; only the projector uses it.
    @exclusivity(unchecked) var isChanged = false

    init(_ order: Order) {
        self.order = order
        bytes = Self.bytes(order)
    }

    /// Returns the view; `nil` until the order's creation has been consumed.
    ///
    /// It is created on the first read, because most states of most orders are never read.
    func view() -> OrderView? {
        if let renderedView { return renderedView }
        guard let view = OrderView(order) else { return nil }
        renderedView = view
        // JSON escapes can make the view longer than the estimate.
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

    /// Returns the estimated memory of an order and its view.
    ///
    /// Every string counts twice, because it is in the order and in the view, and so do the items.
    private static func bytes(_ order: Order) -> Int {
        var view = Size.view
        if let creation = order.creation {
            view += creation.content.count + creation.correlation.byteCount
        }
        if case .failed(_, let reason) = order.reservation { view += reason.utf8.count }
        if let cancellation = order.cancellation { view += cancellation.reason.utf8.count }
        return Size.order + 2 * view
    }
}
