internal import Text

/// Reads events that have exactly the form of ``Event/encoded()``, in version 1.0.
///
/// The events of this system have this form. A comparison with its constant parts takes an eighth
/// of the instructions of reading any JSON. A value of any other form, such as one with white
/// space, escapes or an error, gives `nil`; ``EventRegistry/decode(_:)`` then reads it as any JSON.
/// Both ways give the same event.
struct OwnFormReader {
    /// The index of the next byte.
    var index = 0

    /// - Parameter currency: The currency of the amounts.
    static func event(_ bytes: Span<UInt8>, in currency: Currency) -> Event? {
        var reader = OwnFormReader()
        return reader.event(bytes, currency)
    }

    private mutating func event(_ bytes: Span<UInt8>, _ currency: Currency) -> Event? {
        guard take(bytes, #"{"event_id":""#), let eventID = uuid(bytes),
            take(bytes, #"","event_type":""#), let type = type(bytes),
            take(bytes, #"","event_version":"1.0","timestamp":""#),
            let time = value(bytes, Timestamp.longestText, { Timestamp(lenient: $0) }),
            take(bytes, #"","correlation_id":""#), let correlation = correlation(bytes),
            take(bytes, #"","source_service":""#), let source = source(bytes),
            take(bytes, #"","trace_id":""#),
            let traceID = value(bytes, TraceID.longestText, { TraceID($0) }),
            take(bytes, #"","span_id":""#),
            let spanID = value(bytes, SpanID.longestText, { SpanID($0) }),
            take(bytes, #"","data":{"order_id":""#), let orderID = uuid(bytes),
            let payload = payload(bytes, type, orderID, currency), index == bytes.count
        else { return nil }
        return Event(
            envelope: EventEnvelope(
                eventID: eventID,
                timestamp: time,
                correlation: correlation,
                sourceService: source,
                traceID: traceID,
                spanID: spanID,
                version: .v1_0
            ),
            payload: payload
        )
    }

    private mutating func correlation(_ bytes: Span<UInt8>) -> Correlation? {
        let end = index + UUID.longestText
        if end < bytes.count, bytes[end] == UInt8(ascii: "\""),
            let id = Correlation(ownForm: bytes.extracting(index..<end))
        {
            index = end
            return id
        }
        return text(bytes).map { Correlation(bytes.extracting($0)) }
    }

    private mutating func source(_ bytes: Span<UInt8>) -> String? {
        let start = index
        // Most events are from these services. A constant needs no copy.
        if take(bytes, "order-gateway\"") {
            index -= 1
            return "order-gateway"
        }
        if take(bytes, "inventory-service\"") {
            index -= 1
            return "inventory-service"
        }
        index = start
        return text(bytes).map { string(bytes, $0) }
    }

    private mutating func type(_ bytes: Span<UInt8>) -> EventType? {
        if take(bytes, "OrderCreated") { return .orderCreated }
        if take(bytes, "InventoryReserved") { return .inventoryReserved }
        if take(bytes, "InventoryReservationFailed") { return .inventoryReservationFailed }
        if take(bytes, "OrderCancelled") { return .orderCancelled }
        return nil
    }

    /// Reads the data behind the order's ID, to the end of the event.
    private mutating func payload(
        _ bytes: Span<UInt8>,
        _ type: EventType,
        _ orderID: OrderID,
        _ currency: Currency
    ) -> EventPayload? {
        switch type {
        case .orderCreated:
            return created(bytes, orderID, currency).map { .orderCreated($0) }
        case .orderCancelled:
            guard take(bytes, #"","reason":""#), let reason = text(bytes),
                take(bytes, #"","caused_by":""#), let cause = uuid(bytes), take(bytes, #""}}"#)
            else { return nil }
            let text = string(bytes, reason)
            return .orderCancelled(
                OrderCancelled(orderID: orderID, reason: text, causedBy: cause)
            )
        case .inventoryReserved:
            guard take(bytes, #""}}"#) else { return nil }
            return .inventoryReserved(InventoryReserved(orderID: orderID))
        case .inventoryReservationFailed:
            guard take(bytes, #"","reason":""#), let reason = text(bytes) else { return nil }
            var product: Range<Int>?
            if take(bytes, #"","product_id":""#) {
                product = text(bytes)
                guard product != nil else { return nil }
            }
            guard take(bytes, #""}}"#) else { return nil }
            return .inventoryReservationFailed(
                InventoryReservationFailed(
                    orderID: orderID,
                    reason: string(bytes, reason),
                    productID: product.map { string(bytes, $0) }
                )
            )
        }
    }

    private mutating func created(
        _ bytes: Span<UInt8>,
        _ orderID: OrderID,
        _ currency: Currency
    ) -> OrderCreated? {
        guard take(bytes, #"","customer_id":""#), let customer = text(bytes),
            take(bytes, #"","items":"#), let items = items(bytes),
            take(bytes, #","total_amount":""#), let total = money(bytes),
            take(bytes, #"","status":"pending"}}"#)
        else { return nil }
        return OrderCreated(
            orderID: orderID,
            content: OrderContent(
                customerID: bytes.extracting(customer),
                items: bytes.extracting(items)
            ),
            totalAmount: total,
            currency: currency
        )
    }

    /// Reads an array of items.
    private mutating func items(_ bytes: Span<UInt8>) -> Range<Int>? {
        let start = index
        guard take(bytes, "[") else { return nil }
        if take(bytes, "]") { return start..<index }
        for _ in 0..<Event.Limits.items {
            guard take(bytes, #"{"product_id":""#), text(bytes) != nil,
                take(bytes, #"","quantity":"#), takeQuantity(bytes),
                take(bytes, #","unit_price":""#), money(bytes) != nil, take(bytes, #""}"#)
            else { return nil }
            if take(bytes, "]") { return start..<index }
            guard take(bytes, ",") else { return nil }
        }
        return nil
    }
}
