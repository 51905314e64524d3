internal import Orders

/// An order in memory: its state, and its view after the first read.
struct HotOrder {
    enum Size {
        /// The memory besides the strings, in bytes, rounded up: the order's place, its share of the
        /// buckets, and the array headers.
        static let order = 576
        /// The size of a view without the strings and items, in bytes: member names, IDs and times.
        static let view = 360
    }

    private(set) var order: Order
    private(set) var renderedView: OrderView?

    init(_ order: consuming Order) {
        self.order = order
    }

    /// Returns the view; `nil` until the order's creation has been consumed.
    ///
    /// It is created on the first read, because most states of most orders are never read.
    mutating func view() -> OrderView? {
        if let renderedView { return renderedView }
        renderedView = OrderView(order)
        return renderedView
    }

    /// - Returns: Whether the event changed the order or its trail.
    mutating func fold(_ event: Event, from place: RecordPlace) -> Bool {
        guard order.fold(event, from: place) else { return false }
        renderedView = nil
        return true
    }

    /// The estimated memory of the order in bytes, including its view even before the view is
    /// created.
    ///
    /// Every string counts twice, because it is in the order and in the view, and so do the items. The
    /// trail is in no view.
    ///
    /// It is inlined, because a call would copy the order.
    @inline(__always)
    var bytes: Int {
        let own = Size.order + order.trail.boxBytes
        let estimate = own + 2 * (Size.view + order.textBytes)
        // JSON escapes can make the view longer than the estimate.
        return max(estimate, own + 2 * (renderedView?.json.count ?? 0))
    }
}
