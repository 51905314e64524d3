/// The events that a connection has not handled yet, in order.
///
/// Each is moved to the caller. The array's elements are reused, because emptying the array would
/// cost more than the events.
struct HTTP2Events {
    private var slots: [HTTP2Session.Event?] = []
    /// The first and the last slot that hold events.
    private var start = 0
    private var end = 0

    mutating func append(_ event: consuming HTTP2Session.Event) {
        if end < slots.count {
            slots[end] = event
        } else {
            slots.append(event)
        }
        end += 1
    }

    /// Removes the next event.
    mutating func next() -> HTTP2Session.Event? {
        guard start < end else {
            start = 0
            end = 0
            return nil
        }
        defer { start += 1 }
        return slots[start].take()
    }
}
