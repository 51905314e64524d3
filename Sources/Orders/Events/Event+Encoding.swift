internal import Text

extension Event {
    /// Appends the event as JSON, with its members in the order of docs/events.md.
    package func encode(into bytes: inout [UInt8]) {
        var json = JSONWriter(appendingTo: bytes)
        bytes = []
        json.beginObject()
        json.key("event_id")
        json.string(envelope.eventID)
        json.key("event_type")
        json.string(payload.eventType.rawValue)
        json.key("event_version")
        json.string(envelope.version.rawValue)
        json.key("timestamp")
        json.string(envelope.timestamp)
        json.key("correlation_id")
        json.string(envelope.correlation)
        json.key("source_service")
        json.string(envelope.sourceService)
        json.key("trace_id")
        json.string(envelope.traceID)
        json.key("span_id")
        json.string(envelope.spanID)
        json.key("data")
        payload.encode(into: &json, envelope.version)
        json.endObject()
        bytes = json.bytes
    }
}

extension EventPayload {
    fileprivate func encode(into json: inout JSONWriter, _ version: EventVersion) {
        json.beginObject()
        json.key("order_id")
        json.string(orderID)
        switch self {
        case .orderCreated(let data):
            json.key("customer_id")
            json.string(utf8: data.content.customerIDBytes)
            json.key("items")
            let currency = version == .v1_0 ? nil : data.currency
            if let currency {
                json.items(data.items, in: currency)
            } else {
                json.raw(data.content.itemsJSON)
            }
            json.key("total_amount")
            json.money(data.totalAmount, in: currency)
            json.key("status")
            json.string(OrderStatus.pending.rawValue)
        case .orderCancelled(let data):
            json.key("reason")
            json.string(data.reason)
            json.key("caused_by")
            json.string(data.causedBy)
        case .inventoryReserved:
            break
        case .inventoryReservationFailed(let data):
            json.key("reason")
            json.string(data.reason)
            if let productID = data.productID {
                json.key("product_id")
                json.string(productID)
            }
        }
        json.endObject()
    }
}
