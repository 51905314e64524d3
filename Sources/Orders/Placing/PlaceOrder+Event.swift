package import Text

extension PlaceOrder {
    private enum Most {
        /// The most bytes of an item or of the rest of the data, without IDs and currency.
        static let bytes = 88
        /// The most bytes that an object with a currency has more than the amount alone.
        static let currencyBytes = 32
    }

    /// Returns the event `OrderCreated` that follows from this command, as JSON.
    ///
    /// - Parameters:
    ///   - orderID: The ID of the order that is placed.
    ///   - currency: The currency of all amounts.
    package func event(
        _ envelope: EventEnvelope,
        of orderID: OrderID,
        in currency: Currency
    ) -> [UInt8] {
        let time = envelope.timestamp.text
        return [UInt8](most: mostEventBytes(envelope)) { json in
            writeEvent(envelope, at: time, of: orderID, in: currency, to: &json)
        }
    }

    /// The most bytes of the event.
    package func mostEventBytes(_ envelope: EventEnvelope) -> Int {
        let fixedBytes = Most.bytes + (envelope.version == .v1_0 ? 0 : Most.currencyBytes)
        let idBytes = lines.reduce(customer.count) { $0 + $1.productID.count }
        return envelope.mostBytes + (lines.count + 1) * fixedBytes + idBytes
    }

    /// Appends the event; there is room for ``mostEventBytes(_:)``.
    ///
    /// - Parameter time: The text of the envelope's timestamp.
    package func writeEvent(
        _ envelope: EventEnvelope,
        at time: Timestamp.Text,
        of orderID: OrderID,
        in currency: Currency,
        to json: inout OutputSpan<UInt8>
    ) {
        // Version 1.0 has amounts without a currency.
        let currency = envelope.version == .v1_0 ? nil : currency
        envelope.write(.orderCreated, of: orderID, at: time, to: &json) { json in
            let text = text.span
            json.append(",\"customer_id\":\"")
            json.append(text.extracting(customer))
            json.append("\",\"items\":[")
            for index in lines.indices {
                let line = lines[index]
                if index > 0 { json.append(",") }
                json.append("{\"product_id\":\"")
                json.append(text.extracting(line.productID))
                json.append("\",\"quantity\":")
                DecimalDigits.append(UInt64(line.quantity), to: &json)
                json.append(",\"unit_price\":")
                line.unitPrice.writeJSON(in: currency, to: &json)
                json.append("}")
            }
            json.append("],\"total_amount\":")
            totalAmount.writeJSON(in: currency, to: &json)
            json.append(",\"status\":\"pending\"")
        }
    }
}

extension Money {
    /// Appends an amount, or an object with amount and currency.
    fileprivate func writeJSON(in currency: Currency?, to json: inout OutputSpan<UInt8>) {
        guard let currency else {
            json.append("\"")
            write(to: &json)
            json.append("\"")
            return
        }
        json.append("{\"amount\":\"")
        write(to: &json)
        json.append("\",\"currency\":\"")
        currency.write(to: &json)
        json.append("\"}")
    }
}
