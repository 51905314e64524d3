import Foundation
@testable import Text

/// Events as another service writes them.
enum ForeignEvent {
    static func id() -> String { UUID().uuidString.lowercased() }

    static func created(_ order: String, product: String = "p-1") -> String {
        event(
            "OrderCreated",
            #"{"order_id":"\#(order)","customer_id":"c-1","total_amount":"19.98","items":"#
                + #"[{"product_id":"\#(product)","quantity":2,"unit_price":"9.99"}]}"#
        )
    }

    static func failed(_ order: String) -> String {
        event(
            "InventoryReservationFailed",
            #"{"order_id":"\#(order)","reason":"insufficient_stock","product_id":"p-1"}"#
        )
    }

    private static func event(_ type: String, _ data: String) -> String {
        #"{"event_id":"\#(id())","event_type":"\#(type)","event_version":"1.0","#
            + #""timestamp":"2026-11-23T12:36:09Z","source_service":"other","data":\#(data)}"#
    }
}
