internal import Text

extension OrderView {
    /// Returns the JSON of an order's event trail in the response to `GET /orders/{id}/history`, and its
    /// entity tag.
    ///
    /// - Returns: `nil` while the order's creation is not known, as for the view.
    package static func history(of order: Order) -> OrderView? {
        guard case .some = order.creation else { return nil }
        var json = JSONWriter(reservingBytes: 1536)
        json.beginObject()
        json.key("order_id")
        json.string(order.id)
        json.key("events")
        json.beginArray()
        for event in order.trailEvents { json.append(event) }
        json.endArray()
        json.key("events_omitted")
        json.integer(Int64(order.eventsOmitted))
        json.endObject()
        return OrderView(json: json.bytes)
    }
}

extension JSONWriter {
    fileprivate mutating func append(_ event: Order.TrailEvent) {
        let entry = event.entry
        beginObject()
        key("event_id")
        string(entry.eventID)
        key("event_type")
        string(event.type.rawValue)
        key("event_version")
        string(entry.version.rawValue)
        key("timestamp")
        string(event.at)
        key("topic")
        string(entry.place.topic)
        key("partition")
        integer(Int64(entry.place.partition))
        key("offset")
        integer(entry.place.offset)
        key("correlation_id")
        string(event.correlation)
        key("causation_id")
        if let causation = event.causation { string(causation) } else { null() }
        key("source_service")
        string(entry.sourceService)
        endObject()
    }
}
