extension OrderItem {
    /// Items as JSON, as events and views have them.
    package static func encode(_ items: [OrderItem]) -> [UInt8] {
        var json = JSONWriter(reservingBytes: 80 * items.count)
        json.items(items)
        return json.bytes
    }

    /// Reads what ``encode(_:)`` wrote.
    package static func decode(_ json: [UInt8]) throws(EventError) -> [OrderItem] {
        var source = EventSource(json)
        let items = try OrderItem.list(version1: &source, "")
        try source.finish()
        return items
    }
}
