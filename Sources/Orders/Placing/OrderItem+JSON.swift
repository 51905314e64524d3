extension OrderItem {
    /// Items as JSON, as views have them: what currency they are in is said elsewhere.
    package static func encode(_ items: [OrderItem]) -> [UInt8] {
        var json = JSONWriter(reservingBytes: 80 * items.count)
        json.items(items)
        return json.bytes
    }

    /// Reads what ``encode(_:)`` wrote.
    package static func decode(_ json: [UInt8]) throws(EventError) -> [OrderItem] {
        var source = EventSource(json)
        var money = MoneyReader(.amount(in: .usd))
        let items = try OrderItem.list(&source, "", &money)
        try source.finish()
        return items
    }
}
