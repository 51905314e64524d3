@testable import Orders

/// An event as JSON text, member by member, so that tests can leave out, replace and reorder.
struct EventJSON {
    var members: [(name: String, json: String)]
    var data: [(name: String, json: String)]

    init(_ type: EventType = .orderCreated) {
        members = [
            ("event_id", "\"0192f5c3-7b1b-7000-8000-000000000001\""),
            ("event_type", "\"\(type.rawValue)\""), ("event_version", "\"1.0\""),
            ("timestamp", "\"2026-11-23T12:36:09.123Z\""), ("correlation_id", "\"corr-1\""),
            ("source_service", "\"order-gateway\""),
            ("trace_id", "\"0af7651916cd43dd8448eb211c80319c\""),
            ("span_id", "\"b7ad6b7169203331\""),
        ]
        data = [("order_id", "\"0192f5c3-7b1a-7c3d-8e4f-001122334455\"")]
        switch type {
        case .orderCreated:
            data += [
                ("customer_id", "\"c1\""),
                (
                    "items",
                    #"[{"product_id":"p1","quantity":2,"unit_price":"9.99"},"#
                        + #"{"product_id":"p2","quantity":1,"unit_price":0.125}]"#
                ),
                ("total_amount", "\"20.105\""), ("status", "\"pending\""),
            ]
        case .orderCancelled:
            data += [
                ("reason", "\"insufficient_stock\""),
                ("caused_by", "\"0192f5c3-7b1c-7000-8000-000000000002\""),
            ]
        case .inventoryReserved: break
        case .inventoryReservationFailed:
            data += [("reason", "\"insufficient_stock\""), ("product_id", "\"p1\"")]
        }
    }

    /// With a member replaced, or left out for `nil`; the path is its pointer.
    func with(_ pointer: String, _ json: String?) -> EventJSON {
        var copy = self
        let path = pointer.split(separator: "/").map(String.init)
        func change(_ members: inout [(name: String, json: String)], _ name: String) {
            guard let index = members.firstIndex(where: { $0.name == name }) else {
                if let json { members.append((name, json)) }
                return
            }
            if let json { members[index].json = json } else { members.remove(at: index) }
        }
        if path.count == 2 {
            change(&copy.data, path[1])
        } else {
            change(&copy.members, path[0])
        }
        return copy
    }

    var bytes: [UInt8] {
        // A test may have its own data.
        let own = members.contains { $0.name == "data" }
        let all = members + (own ? [] : [("data", Self.object(data))])
        return Array(Self.object(all).utf8)
    }

    /// The same in another order, with unknown members in between.
    func shuffled(using generator: inout some RandomNumberGenerator) -> [UInt8] {
        let unknown = [("x", "{\"event_type\":[1,null]}"), ("y", "1e999")]
        let data = Self.object((data + unknown).shuffled(using: &generator))
        let all = (members + unknown + [("data", data)]).shuffled(using: &generator)
        return Array(Self.object(all).utf8)
    }

    private static func object(_ members: [(name: String, json: String)]) -> String {
        "{\(members.map { "\"\($0.name)\":\($0.json)" }.joined(separator: ","))}"
    }
}
