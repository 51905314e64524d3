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
    /// Appends items in the format of views and the store.
    mutating func items(_ items: [OrderItem]) {
        beginArray()
        for item in items {
            beginObject()
            key("product_id")
            string(item.productID)
            key("quantity")
            integer(Int64(item.quantity))
            key("unit_price")
            string(item.unitPrice)
            endObject()
        }
        endArray()
    }
}
