internal import Text

extension Event {
    /// Returns the event as JSON, with its members in the order of docs/events.md.
    package func encoded() -> [UInt8] {
        switch payload {
        case .orderCreated(let data):
            return PlaceOrder(data).event(envelope, of: data.orderID, in: data.currency)
        case .orderCancelled(let data):
            let reason = data.reason.utf8.span
            let most = JSONString.mostBytes(of: reason) + UUID.longestText + 32
            return encoded(most) { json in
                json.append(",\"reason\":")
                json.append(quoting: reason)
                json.append(",\"caused_by\":\"")
                data.causedBy.write(to: &json)
                json.append("\"")
            }
        case .inventoryReserved:
            return encoded(0) { _ in }
        case .inventoryReservationFailed(let data):
            let reason = data.reason.utf8.span
            let product = (data.productID ?? "").utf8.span
            let most =
                JSONString.mostBytes(of: reason) + JSONString.mostBytes(of: product) + 32
            return encoded(most) { json in
                json.append(",\"reason\":")
                json.append(quoting: reason)
                guard data.productID != nil else { return }
                json.append(",\"product_id\":")
                json.append(quoting: product)
            }
        }
    }

    private func encoded(
        _ dataBytes: Int,
        _ data: (inout OutputSpan<UInt8>) -> Void
    ) -> [UInt8] {
        envelope.encoded(payload.eventType, of: payload.orderID, dataBytes, data)
    }
}

extension EventEnvelope {
    private enum Most {
        /// The most bytes of an event without its texts and the rest of its data.
        static let bytes = 352
    }

    /// Returns an event as JSON; see ``write(_:of:at:to:_:)``.
    ///
    /// - Parameter dataBytes: The most bytes of the rest of the data.
    @inline(__always)
    func encoded(
        _ type: EventType,
        of orderID: OrderID,
        _ dataBytes: Int,
        _ data: (inout OutputSpan<UInt8>) -> Void
    ) -> [UInt8] {
        let time = timestamp.text
        return [UInt8](most: mostBytes + dataBytes) { json in
            write(type, of: orderID, at: time, to: &json, data)
        }
    }

    /// The most bytes of an event without the rest of its data.
    var mostBytes: Int {
        Most.bytes + correlation.jsonBytes + JSONString.mostBytes(of: sourceService.utf8.span)
    }

    /// Appends an event as JSON.
    ///
    /// - Parameters:
    ///   - time: The text of ``timestamp``.
    ///   - data: Appends the rest of the data, which is behind the order's ID.
    @inline(__always)
    func write(
        _ type: EventType,
        of orderID: OrderID,
        at time: Timestamp.Text,
        to json: inout OutputSpan<UInt8>,
        _ data: (inout OutputSpan<UInt8>) -> Void
    ) {
        json.append("{\"event_id\":\"")
        eventID.write(to: &json)
        json.append("\",\"event_type\":\"")
        json.append(type.rawValue.utf8.span)
        json.append("\",\"event_version\":\"")
        json.append(version.rawValue.utf8.span)
        json.append("\",\"timestamp\":\"")
        json.append(time.span)
        json.append("\",\"correlation_id\":")
        correlation.writeJSON(to: &json)
        json.append(",\"source_service\":")
        json.append(quoting: sourceService.utf8.span)
        json.append(",\"trace_id\":\"")
        traceID.write(to: &json)
        json.append("\",\"span_id\":\"")
        spanID.write(to: &json)
        json.append("\",\"data\":{\"order_id\":\"")
        orderID.write(to: &json)
        json.append("\"")
        data(&json)
        json.append("}}")
    }
}
