internal import Text

/// The JSON of an order in the response to `GET /orders/{id}`, and its entity tag.
package struct OrderView: Equatable, Sendable {
    package let json: [UInt8]
    /// A strong entity tag with its quotes (RFC 9110 §8.8.3).
    ///
    /// It is a hash of the JSON, so it is the same after a restart and on every replica.
    package let etag: String

    /// - Returns: `nil` while the order's creation is not known.
    package init?(_ order: Order) {
        guard let creation = order.creation else { return nil }
        var json = JSONWriter(reservingBytes: 512)
        json.beginObject()
        json.key("order_id")
        json.string(order.id)
        json.key("customer_id")
        json.string(utf8: creation.content.customerIDBytes)
        json.key("items")
        json.raw(creation.content.itemsJSON)
        json.key("total_amount")
        json.string(creation.totalAmount)
        json.key("currency")
        json.string(creation.currency)
        json.key("status")
        json.string(order.status.rawValue)
        if let reason = order.reason {
            json.key("reason")
            json.string(reason)
        }
        json.key("created_at")
        json.string(creation.at)
        json.key("updated_at")
        json.string(order.updatedAt ?? creation.at)
        json.key("correlation_id")
        json.string(creation.correlation)
        json.key("trace_id")
        json.string(creation.traceID)
        json.endObject()
        self.init(json: json.bytes)
    }

    init(json: [UInt8]) {
        self.json = json
        etag = Self.tag(json)
    }

    /// Returns the 64-bit FNV-1a hash (Fowler, Noll, Vo; draft-eastlake-fnv) as an entity tag.
    ///
    /// Two states of one order get the same tag with a probability of about 2⁻⁶⁴.
    private static func tag(_ bytes: [UInt8]) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        var text: [UInt8] = []
        text.append(addingCapacity: 18) { text in
            text.append(UInt8(ascii: "\""))
            HexDigits.append(hash, to: &text)
            text.append(UInt8(ascii: "\""))
        }
        return String(decoding: text, as: UTF8.self)
    }
}
