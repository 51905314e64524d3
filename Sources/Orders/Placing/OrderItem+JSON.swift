internal import Text

extension OrderItem {
    /// Appends items as JSON without their currency.
    package static func encode(_ items: [OrderItem], into bytes: inout [UInt8]) {
        var json = JSONWriter(appendingTo: bytes)
        bytes = []
        json.items(items)
        bytes = json.bytes
    }

    /// Reads the format of ``encode(_:into:)``.
    package static func decode(_ json: [UInt8]) throws(EventError) -> [OrderItem] {
        var source = EventSource(json)
        var money = MoneyReader(.amount(in: .usd))
        let items = try OrderItem.list(&source, "", &money)
        try source.finish()
        return items
    }
}

extension JSONWriter {
    /// Appends items in the format of events, views and the store.
    ///
    /// - Parameter currency: The currency of every price; `nil` for amounts without a currency.
    mutating func items(_ items: [OrderItem], in currency: Currency? = nil) {
        beginArray()
        for item in items {
            beginObject()
            key("product_id")
            string(item.productID)
            key("quantity")
            integer(Int64(item.quantity))
            key("unit_price")
            money(item.unitPrice, in: currency)
            endObject()
        }
        endArray()
    }

    /// Appends money in the format of events: an amount, or an object with amount and currency.
    mutating func money(_ amount: Money, in currency: Currency?) {
        guard let currency else { return string(amount) }
        beginObject()
        key("amount")
        string(amount)
        key("currency")
        string(currency)
        endObject()
    }
}
