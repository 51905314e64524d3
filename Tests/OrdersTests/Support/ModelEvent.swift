@testable import Orders
import Text

/// The event of a new order, written member by member.
enum ModelEvent {
    static func json(_ order: ModelDecoder.Order, _ envelope: EventEnvelope) -> [UInt8] {
        var json = JSONWriter(reservingBytes: 0)
        func member(_ name: StaticString, _ value: String) {
            json.key(name)
            json.string(value)
        }
        func money(_ name: StaticString, _ amount: Money) {
            json.key(name)
            guard envelope.version == .v2_0 else { return json.string(amount.description) }
            json.beginObject()
            member("amount", amount.description)
            member("currency", "USD")
            json.endObject()
        }
        json.beginObject()
        member("event_id", envelope.eventID.description)
        member("event_type", "OrderCreated")
        member("event_version", envelope.version.rawValue)
        member("timestamp", envelope.timestamp.description)
        member("correlation_id", envelope.correlationID.description)
        member("source_service", envelope.sourceService)
        member("trace_id", envelope.traceID.description)
        member("span_id", envelope.spanID.description)
        json.key("data")
        json.beginObject()
        member("order_id", Samples.orderID.description)
        member("customer_id", order.customerID)
        json.key("items")
        json.beginArray()
        for item in order.items {
            json.beginObject()
            member("product_id", item.productID)
            json.key("quantity")
            json.integer(Int64(item.quantity))
            money("unit_price", item.unitPrice)
            json.endObject()
        }
        json.endArray()
        money("total_amount", order.totalAmount)
        member("status", "pending")
        json.endObject()
        json.endObject()
        return json.bytes
    }
}
