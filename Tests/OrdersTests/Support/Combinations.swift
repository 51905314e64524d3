import Testing

@testable import Orders
import Text

/// Events whose fields are written in every combination of ``Choices``.
enum Combinations {
    static let envelopes =
        Choices.eventID.count * Choices.version.count * Choices.timestamp.count
        * Choices.correlationID.count * Choices.sourceService.count * Choices.traceID.count
        * Choices.spanID.count

    /// An event with one of all envelopes, and what the envelope has to be read as.
    static func envelope(
        _ number: Int,
        of json: EventJSON
    ) throws -> (EventJSON, EventEnvelope) {
        var digits = Digits(number)
        let eventID = digits.next(of: Choices.eventID)
        let version = digits.next(of: Choices.version)
        let timestamp = digits.next(of: Choices.timestamp)
        let correlationID = digits.next(of: Choices.correlationID)
        let sourceService = digits.next(of: Choices.sourceService)
        let traceID = digits.next(of: Choices.traceID)
        let spanID = digits.next(of: Choices.spanID)
        let written =
            json
            .with("/event_id", eventID.json).with("/event_version", version.json)
            .with("/timestamp", timestamp.json).with("/correlation_id", correlationID.json)
            .with("/source_service", sourceService.json).with("/trace_id", traceID.json)
            .with("/span_id", spanID.json)
        let envelope = EventEnvelope(
            eventID: eventID.value,
            timestamp: timestamp.value,
            correlationID: correlationID.value,
            sourceService: sourceService.value,
            traceID: try #require(TraceID(traceID.value)),
            spanID: try #require(SpanID(spanID.value)),
            version: version.value
        )
        return (written, envelope)
    }

    static func data(of type: EventType) -> Int {
        let own =
            switch type {
            case .orderCreated:
                Choices.totalAmount.count * Choices.quantity.count * Choices.currency.count
            case .orderCancelled: Choices.reason.count * Choices.causedBy.count
            case .inventoryReserved: 1
            case .inventoryReservationFailed: Choices.reason.count * Choices.productID.count
            }
        return Choices.orderID.count * own
    }

    /// An event with one of all data, and what the data has to be read as.
    static func data(_ number: Int, of type: EventType) throws -> (EventJSON, EventPayload) {
        var digits = Digits(number)
        let orderID = digits.next(of: Choices.orderID)
        let json = EventJSON(type).with("/data/order_id", orderID.json)
        switch type {
        case .orderCreated: return try created(json, orderID.value, &digits)
        case .orderCancelled:
            let reason = digits.next(of: Choices.reason)
            let causedBy = digits.next(of: Choices.causedBy)
            let data = OrderCancelled(
                orderID: orderID.value,
                reason: reason.value,
                causedBy: causedBy.value
            )
            return (
                json.with("/data/reason", reason.json).with("/data/caused_by", causedBy.json),
                .orderCancelled(data)
            )
        case .inventoryReserved:
            return (json, .inventoryReserved(InventoryReserved(orderID: orderID.value)))
        case .inventoryReservationFailed:
            let reason = digits.next(of: Choices.reason)
            let productID = digits.next(of: Choices.productID)
            let data = InventoryReservationFailed(
                orderID: orderID.value,
                reason: reason.value,
                productID: productID.value
            )
            return (
                json.with("/data/reason", reason.json).with("/data/product_id", productID.json),
                .inventoryReservationFailed(data)
            )
        }
    }

    private static func created(
        _ json: EventJSON,
        _ orderID: OrderID,
        _ digits: inout Digits
    ) throws -> (EventJSON, EventPayload) {
        let total = digits.next(of: Choices.totalAmount)
        let quantity = digits.next(of: Choices.quantity)
        let currency = digits.next(of: Choices.currency)
        let items =
            #"[{"product_id":"p1","quantity":\#(quantity.json ?? ""),"unit_price":"9.99"},"#
            + #"{"product_id":"p2","quantity":1,"unit_price":0.125}]"#
        let data = OrderCreated(
            orderID: orderID,
            customerID: "c1",
            items: try Samples.items(),
            totalAmount: try Samples.money(total.value),
            currency: .usd
        )
        return (
            json.with("/data/total_amount", total.json).with("/data/items", items)
                .with("/data/currency", currency.json),
            .orderCreated(data)
        )
    }
}
