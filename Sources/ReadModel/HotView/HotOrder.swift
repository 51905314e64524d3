internal import Orders

/// An order in memory: its state for the fold, and its view as soon as someone has asked for it.
///
/// Sendable because everything that changes is written with the lock of its ``HotShard``. The order is
/// written by the projector only, which therefore reads it without.
final class HotOrder: @unchecked Sendable {
    enum Size {
        /// Memory beside the texts, amply: the object, dictionary slot, queue slots, array headers.
        static let order = 512
        /// What a view has beside the texts: names of members, ids, times.
        static let view = 360
        /// What an item has there.
        static let item = 80
    }

    private(set) var order: Order
    private var renderedView: OrderView?
    /// What it takes, its view included even before that is there.
    private(set) var bytes: Int
    /// When it was touched last.
    var stamp: UInt64 = 0
    /// Whether it has changed since the last group was gathered; for the projector alone.
    var isChanged = false

    init(_ order: Order) {
        self.order = order
        bytes = Self.bytes(order)
    }

    /// The view, or `nil` until the order's creation has been consumed.
    ///
    /// Made when it is first asked for: most states of most orders are never looked at.
    func view() -> OrderView? {
        if let renderedView { return renderedView }
        guard let view = OrderView(order) else { return nil }
        renderedView = view
        // Escapes can make it longer than was thought.
        bytes = max(bytes, Size.order + 2 * view.json.count)
        return view
    }

    /// - Returns: Whether the event said something new.
    func fold(_ event: Event) -> Bool {
        guard order.fold(event) else { return false }
        renderedView = nil
        bytes = Self.bytes(order)
        return true
    }

    /// Every text is in the order and, once more, in the view.
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
