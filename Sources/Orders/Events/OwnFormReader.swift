internal import Text

/// Reads events that have exactly the form of ``Event/encoded()``, in version 1.0.
///
/// The events of this system have this form. A comparison with its constant parts takes an eighth
/// of the instructions of reading any JSON. A value of any other form, such as one with white
/// space, escapes or an error, gives `nil`; ``EventRegistry/decode(_:)`` then reads it as any JSON.
/// Both ways give the same event.
struct OwnFormReader {
    /// The index of the next byte.
    private var index = 0

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
            take(bytes, #"","correlation_id":""#), let correlation = text(bytes),
            take(bytes, #"","source_service":""#), let source = text(bytes),
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
                correlation: Correlation(bytes.extracting(correlation)),
                sourceService: string(bytes, source),
                traceID: traceID,
                spanID: spanID,
                version: .v1_0
            ),
            payload: payload
        )
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

// MARK: - Values

extension OwnFormReader {
    /// Skips a constant part if the next bytes are it.
    @inline(__always)
    private mutating func take(_ bytes: Span<UInt8>, _ text: StaticString) -> Bool {
        let count = text.utf8CodeUnitCount
        guard bytes.count - index >= count else { return false }
        let index = index
        let isEqual = bytes.withUnsafeBytes { bytes in
            let text = UnsafeRawPointer(text.utf8Start)
            func differs<Word: FixedWidthInteger & BitwiseCopyable>(
                at offset: Int,
                _: Word.Type
            ) -> Bool {
                bytes.loadUnaligned(fromByteOffset: index + offset, as: Word.self)
                    != text.loadUnaligned(fromByteOffset: offset, as: Word.self)
            }
            var offset = 0
            while count - offset >= 8 {
                if differs(at: offset, UInt64.self) { return false }
                offset += 8
            }
            while offset < count {
                if differs(at: offset, UInt8.self) { return false }
                offset += 1
            }
            return true
        }
        if isEqual { self.index += count }
        return isEqual
    }

    /// Reads a value whose text has a fixed length.
    @inline(__always)
    private mutating func value<Value>(
        _ bytes: Span<UInt8>,
        _ count: Int,
        _ convert: (Span<UInt8>) -> Value?
    ) -> Value? {
        guard bytes.count - index >= count else { return nil }
        defer { index += count }
        return convert(bytes.extracting(index..<index + count))
    }

    private mutating func uuid(_ bytes: Span<UInt8>) -> UUID? {
        value(bytes, UUID.longestText) { UUID($0) }
    }

    /// Reads a string of ASCII characters without escapes, up to its quotation mark.
    private mutating func text(_ bytes: Span<UInt8>) -> Range<Int>? {
        let start = index
        index = JSONString.endOfPlainText(in: bytes, from: start)
        guard index < bytes.count, bytes[index] == UInt8(ascii: "\""),
            (1...Event.Limits.textBytes).contains(index - start)
        else { return nil }
        return start..<index
    }

    /// Returns a string of ASCII characters; one of at most 15 is made without a check of UTF-8.
    private func string(_ bytes: Span<UInt8>, _ range: Range<Int>) -> String {
        bytes.extracting(range).withUnsafeBufferPointer { text in
            String(unsafeUninitializedCapacity: text.count) { $0.initialize(fromContentsOf: text) }
        }
    }

    private mutating func digit(_ bytes: Span<UInt8>) -> Int64? {
        guard index < bytes.count, bytes[index] &- 0x30 < 10 else { return nil }
        defer { index += 1 }
        return Int64(bytes[index] &- 0x30)
    }

    /// Reads at most `count` digits without leading zeros.
    private mutating func wholeNumber(_ bytes: Span<UInt8>, atMost count: Int) -> Int64? {
        guard var number = digit(bytes) else { return nil }
        let end = index + (number == 0 ? 0 : count - 1)
        while index < end, let digit = digit(bytes) { number = number * 10 + digit }
        return number
    }

    /// Skips a whole number from 1 to 2³¹ − 1.
    private mutating func takeQuantity(_ bytes: Span<UInt8>) -> Bool {
        guard let number = wholeNumber(bytes, atMost: 10) else { return false }
        return (1...Int64(Int32.max)).contains(number)
    }

    /// Reads an amount in the form of ``Money/write(to:)``, up to its quotation mark.
    private mutating func money(_ bytes: Span<UInt8>) -> Money? {
        guard var amount = wholeNumber(bytes, atMost: Money.Limits.integerDigits),
            take(bytes, ".")
        else { return nil }
        let start = index
        let end = start + Money.Limits.decimals
        var last: Int64 = 0
        while index < end, let digit = digit(bytes) {
            amount = amount * 10 + digit
            last = digit
        }
        let decimals = index - start
        guard decimals == 2 || decimals > 2 && last != 0 else { return nil }
        for _ in decimals..<Money.Limits.decimals { amount *= 10 }
        return Money(tenThousandths: amount)
    }
}
