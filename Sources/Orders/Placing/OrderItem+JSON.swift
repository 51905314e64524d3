internal import Text

extension OrderItem {
    /// Appends items as JSON, as views have them: what currency they are in is said elsewhere.
    package static func encode(_ items: [OrderItem], into bytes: inout [UInt8]) {
        var json = JSONWriter(appendingTo: bytes)
        bytes = []
        json.items(items)
        bytes = json.bytes
    }

    /// Reads what ``encode(_:into:)`` wrote.
    package static func decode(_ json: [UInt8]) throws(EventError) -> [OrderItem] {
        var source = EventSource(json)
        var money = MoneyReader(.amount(in: .usd))
        let items = try OrderItem.list(&source, "", &money)
        try source.finish()
        return items
    }
}
