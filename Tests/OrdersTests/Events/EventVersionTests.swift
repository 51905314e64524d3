import TestSupport
import Testing

@testable import Orders
import Text

/// The versions of the events, and what is understood of them.
struct EventVersionTests {
    private func euro() throws -> Currency { try #require(Currency("EUR".utf8)) }

    /// An `OrderCreated` of version 2.0, with these amounts.
    private func created(
        price: String = #"{"amount":"9.99","currency":"USD"}"#,
        total: String = #"{"amount":"19.98","currency":"USD"}"#
    ) -> EventJSON {
        EventJSON()
            .with("/event_version", "\"2.0\"")
            .with("/data/items", #"[{"product_id":"p1","quantity":2,"unit_price":\#(price)}]"#)
            .with("/data/total_amount", total)
    }

    @Test func `version 2 says the currency of every amount`() throws {
        let event = try Samples.event(.orderCreated, version: .v2_0)
        let json = Samples.json(event)
        #expect(json.contains(#""event_version":"2.0""#))
        let data = #"""
            "items":[{"product_id":"p1","quantity":2,\#
            "unit_price":{"amount":"9.99","currency":"USD"}},\#
            {"product_id":"p2","quantity":1,"unit_price":{"amount":"0.125","currency":"USD"}}],\#
            "total_amount":{"amount":"20.105","currency":"USD"},"status":"pending"}
            """#
        #expect(json.contains(data))
        #expect(try EventRegistry.standard.decode(Array(json.utf8)) == .event(event))
    }

    @Test(arguments: [EventType.orderCancelled, .inventoryReserved, .inventoryReservationFailed])
    func `events without money look the same in both versions`(_ type: EventType) throws {
        let first = Samples.json(try Samples.event(type))
        let second = Samples.json(try Samples.event(type, version: .v2_0))
        #expect(first.replacing(#""1.0""#, with: #""2.0""#) == second)
    }

    @Test(arguments: EventType.allCases, EventVersion.allCases)
    func `every version of every event is understood`(
        _ type: EventType,
        _ version: EventVersion
    ) throws {
        let event = try Samples.event(type, version: version)
        #expect(try EventRegistry.standard.decode(Samples.bytes(event)) == .event(event))
    }

    @Test(arguments: EventType.allCases)
    func `a consumer that knows version 2 reads version 1 as the same`(_ type: EventType) throws {
        func payload(_ version: EventVersion) throws -> EventPayload? {
            let bytes = Samples.bytes(try Samples.event(type, version: version))
            guard case .event(let event) = try EventRegistry.standard.decode(bytes) else {
                return nil
            }
            return event.payload
        }
        #expect(try payload(.v1_0) == payload(.v2_0))
    }

    @Test func `amounts of version 1 are in the configured currency`() throws {
        let registry = EventRegistry(currency: try euro())
        let bytes = Samples.bytes(try Samples.event(.orderCreated))
        guard case .event(let event) = try registry.decode(bytes),
            case .orderCreated(let data) = event.payload
        else {
            Issue.record("no order")
            return
        }
        #expect(data.currency == (try euro()))
    }

    @Test(arguments: [nil, "null"] as [String?])
    func `without a total, the items' sum is in the items' currency`(_ total: String?) throws {
        let json = created(price: #"{"amount":"9.99","currency":"EUR"}"#)
            .with("/data/total_amount", total)
        guard case .event(let event) = try EventRegistry.standard.decode(json.bytes),
            case .orderCreated(let data) = event.payload
        else {
            Issue.record("no order")
            return
        }
        #expect(data.totalAmount == (try Samples.money("19.98")))
        #expect(data.currency == (try euro()))
    }

    @Test func `the currency of version 2 is its own`() throws {
        let money = #"{"currency":"JPY","amount":100,"note":null}"#
        guard
            case .event(let event) = try EventRegistry.standard.decode(
                created(price: money, total: money).bytes
            ), case .orderCreated(let data) = event.payload
        else {
            Issue.record("no order")
            return
        }
        #expect(data.currency.description == "JPY")
        #expect(data.totalAmount.description == "100.00")
    }

    @Test(arguments: EventType.allCases)
    func `a version that is not registered is an error`(_ type: EventType) throws {
        let registry = EventRegistry(versions: [.v1_0])
        let bytes = Samples.bytes(try Samples.event(type, version: .v2_0))
        #expect(throws: EventError.unknownVersion(type: type, version: "2.0")) {
            try registry.decode(bytes)
        }
        #expect(throws: Never.self) {
            try registry.decode(Samples.bytes(try Samples.event(type)))
        }
    }

    @Test(
        arguments: [
            (#""19.98""#, "/data/total_amount", "must be an object"),
            (#"{"currency":"USD"}"#, "/data/total_amount/amount", "is missing"),
            (#"{"amount":"19.98"}"#, "/data/total_amount/currency", "is missing"),
            (
                #"{"amount":"19.98","currency":null}"#, "/data/total_amount/currency",
                "is missing"
            ),
            (#"{"amount":null,"currency":"USD"}"#, "/data/total_amount/amount", "must be a string"),
            (
                #"{"amount":"-1","currency":"USD"}"#, "/data/total_amount/amount",
                "must not be negative"
            ),
            (
                #"{"amount":"1","currency":"EUR"}"#, "/data/total_amount/currency",
                "must be USD, as in the rest of the event"
            ),
            (
                #"{"amount":"1","currency":"usd"}"#, "/data/total_amount/currency",
                "must be three upper-case letters"
            ),
            (
                #"{"amount":"1","currency":"USDX"}"#, "/data/total_amount/currency",
                "must be three upper-case letters"
            ),
            (
                #"{"amount":"1","currency":5}"#, "/data/total_amount/currency",
                "must be a string"
            ),
        ]
    )
    func `an amount of version 2 that is wrong is named`(
        _ total: String,
        _ pointer: String,
        _ reason: String
    ) throws {
        let error = try #require(throws: EventError.self) {
            try EventRegistry.standard.decode(created(total: total).bytes)
        }
        #expect("\(error)".hasPrefix("\(pointer) \(reason)"), "\(error)")
    }

    @Test func `an amount of version 1 is no object`() throws {
        let json = created().with("/event_version", "\"1.0\"")
        let error = try #require(throws: EventError.self) {
            try EventRegistry.standard.decode(json.bytes)
        }
        #expect("\(error)" == "/data/items/0/unit_price must be a string or a number")
    }

    @Test(arguments: ["", "US", "USDX", "usd", "U5D", "ÜSD", "US "])
    func `a currency is three upper-case letters`(_ text: String) {
        #expect(Currency(text.utf8) == nil)
    }
}
