import TestSupport
import Testing
import Text

@testable import Orders

/// The reader of the own form and the one of any JSON: whatever both can read is the same to them.
struct OwnFormReaderTests {
    private let registry = EventRegistry.standard

    private func outcome(
        _ read: () throws(EventError) -> DecodedEvent
    ) -> Result<DecodedEvent, EventError> {
        Result { () throws(EventError) in try read() }
    }

    /// Checks that a value is read as it is by the reader of any JSON.
    ///
    /// - Returns: Whether it has the own form.
    @discardableResult
    private func expectSame(
        _ bytes: [UInt8],
        _ registry: EventRegistry = .standard,
        sourceLocation: SourceLocation = #_sourceLocation
    ) -> Bool {
        let anyForm = outcome { () throws(EventError) in try registry.decodeAnyForm(bytes) }
        let borrowed = outcome { () throws(EventError) in try registry.decode(bytes.span) }
        let copied = outcome { () throws(EventError) in try registry.decode(bytes) }
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(borrowed == anyForm, "\(text)", sourceLocation: sourceLocation)
        #expect(copied == anyForm, "\(text)", sourceLocation: sourceLocation)
        guard let own = registry.ownEvent(bytes.span) else { return false }
        #expect(.success(.event(own)) == anyForm, "\(text)", sourceLocation: sourceLocation)
        // Equal events may still differ in bytes that nobody compares: those of the view do not.
        guard case .success(.event(let event)) = anyForm else { return false }
        let views = [own, event].map { OrderView(Order.folding(nil, $0)) }
        #expect(views[0] == views[1], "\(text)", sourceLocation: sourceLocation)
        return true
    }

    /// The event with texts that need no escaping and are ASCII.
    private func plain(_ event: Event, using generator: inout SeededGenerator) -> Event {
        func text() -> String {
            let characters = Array("aZ7 -_/.:~'{}[],")
            return String(
                (0..<Int.random(in: 1...40, using: &generator)).map { _ in
                    characters[Int.random(in: characters.indices, using: &generator)]
                }
            )
        }
        let payload: EventPayload =
            switch event.payload {
            case .orderCreated(let data):
                .orderCreated(
                    OrderCreated(
                        orderID: data.orderID,
                        customerID: text(),
                        items: data.items.map {
                            OrderItem(
                                productID: text(),
                                quantity: $0.quantity,
                                unitPrice: $0.unitPrice
                            )
                        },
                        totalAmount: data.totalAmount,
                        currency: data.currency
                    )
                )
            case .orderCancelled(let data):
                .orderCancelled(
                    OrderCancelled(
                        orderID: data.orderID,
                        reason: text(),
                        causedBy: data.causedBy
                    )
                )
            case .inventoryReserved: event.payload
            case .inventoryReservationFailed(let data):
                .inventoryReservationFailed(
                    InventoryReservationFailed(
                        orderID: data.orderID,
                        reason: text(),
                        productID: data.productID.map { _ in text() }
                    )
                )
            }
        let envelope = event.envelope
        return Event(
            envelope: EventEnvelope(
                eventID: envelope.eventID,
                timestamp: envelope.timestamp,
                correlationID: Bool.random(using: &generator) ? text() : "\(generator.uuid())",
                sourceService: text(),
                traceID: envelope.traceID,
                spanID: envelope.spanID,
                version: envelope.version
            ),
            payload: payload
        )
    }

    @Test func `what this gateway writes in version 1 has the own form`() throws {
        try withSeededGenerator { generator in
            for _ in 0..<2_000 {
                let event = plain(try generator.event(), using: &generator)
                let isOwn = expectSame(Samples.bytes(event))
                #expect(isOwn == (event.envelope.version == .v1_0))
                #expect(try Samples.decoded(Samples.bytes(event)) == event)
            }
        }
    }

    @Test func `events with any texts, and damaged ones, are read as any JSON is`() throws {
        try withSeededGenerator { generator in
            var own = 0
            for _ in 0..<4_000 {
                let event = try generator.event()
                let bytes = Samples.bytes(
                    Bool.random(using: &generator) ? plain(event, using: &generator) : event
                )
                expectSame(bytes)
                for _ in 0..<4 where expectSame(generator.mutated(bytes)) { own += 1 }
            }
            // A fault may leave a valid event, such as one with another digit.
            #expect(own > 0)
        }
    }

    /// As Python's `json.dumps` writes it: with spaces, and characters beyond ASCII escaped.
    @Test func `events of other services are read as any JSON is`() throws {
        try withSeededGenerator { generator in
            for round in 0..<2_000 {
                let type = EventType.allCases[round % 4]
                let data = Int.random(in: 0..<Combinations.data(of: type), using: &generator)
                let rest = Int.random(in: 0..<Combinations.envelopes, using: &generator)
                let start = try Combinations.data(data, of: type).0
                let json = try Combinations.envelope(rest, of: start).0
                expectSame(json.bytes)
                expectSame(json.shuffled(using: &generator))
                let text = String(decoding: json.bytes, as: UTF8.self)
                let spaced = text.replacing(",\"", with: ", \"").replacing("\":", with: "\": ")
                expectSame(Array(spaced.utf8))
                expectSame(Array(spaced.replacing("c1", with: "\\u00e9\\ud83d\\ude00").utf8))
            }
        }
    }

    @Test(arguments: [
        ("9.99", "9.9"), ("9.99", "9.990"), ("9.99", "09.99"), ("9.99", "9"), ("9.99", "-9.99"),
        ("9.99", "9.99999"), ("9.99", "1234567890123.00"), ("9.99", "999999999999.9999"),
        ("9.99", "0.00"), ("9.99", "0.10"), ("9.99", "1e2"), ("\"9.99\"", "9.99"),
        (":2,", ":0,"), (":2,", ":02,"), (":2,", ":2.0,"), (":2,", ":2147483647,"),
        (":2,", ":2147483648,"), (":2,", ":99999999999,"), ("0af765", "0AF765"),
        ("0af7651916cd43dd8448eb211c80319c", "00000000000000000000000000000000"),
        ("2026-11-23T12:36:09.123Z", "2026-11-23T12:36:09,123Z"),
        ("2026-11-23T12:36:09.123Z", "2026-11-23T12:36:09.12345"),
        ("2026-11-23T12:36:09.123Z", "2026-11-23T12:36:09.123z"),
        ("2026-11-23T12:36:09.123Z", "2026-11-23T12:36:61.123Z"),
        ("corr-1", "0192F5C3-7B1A-7C3D-8E4F-001122334455"),
        ("corr-1", "0192f5c3-7b1a-7c3d-8e4f-00112233445A"), ("corr-1", ""), ("c1", "é"),
        ("\"order-gateway\"", "\"order-gateway2\""), ("\"order-gateway\"", "\"order-gatewaY\""),
        ("\"order-gateway\"", "\"order-gateway\\n\""), ("\"order-gateway\"", "\"order-gatewa\""),
        ("\"order-gateway\"", "\"order-gateway\"x"), ("9.99", "9.9\\u0039"), ("9.99", "9.9"),
        ("9.99", "999999999999.99"), ("9.99", "9999999999999.99"), ("9.99", "9.9:"),
        ("\"pending\"}}", "\"pending\"}} "), ("\"pending\"}}", "\"pending\"}}}"),
        ("\"pending\"}}", "\"pending\"}"), ("\"pending\"", "\"confirmed\""),
        ("OrderCreated", "OrderCreate"), ("\"1.0\"", "\"2.0\""), ("\"1.0\"", "\"1.1\""),
    ])
    func `each part may be at its limit or beyond`(_ part: String, _ other: String) throws {
        let json = Samples.json(try Samples.event(.orderCreated))
        #expect(json.contains(part))
        expectSame(Array(json.replacing(part, with: other).utf8))
    }

    @Test func `texts and items may be as long and as many as elsewhere`() throws {
        let json = Samples.json(try Samples.event(.orderCreated))
        for count in [1, 7, 8, 9, 1023, 1024, 1025] {
            let text = String(repeating: "x", count: count)
            expectSame(Array(json.replacing("\"c1\"", with: "\"\(text)\"").utf8))
            expectSame(Array(json.replacing("\"p1\"", with: "\"\(text)\"").utf8))
        }
        let item = #"{"product_id":"p1","quantity":2,"unit_price":"9.99"}"#
        let start = try #require(json.firstRange(of: #""items":["#)).upperBound
        let end = try #require(json.firstRange(of: #"],"total_amount""#)).lowerBound
        for count in [0, 1, 999, 1000, 1001] {
            let items = Array(repeating: item, count: count).joined(separator: ",")
            expectSame(Array("\(json[..<start])\(items)\(json[end...])".utf8))
        }
    }

    @Test func `a registry without version 1 reads no event in the own form`() throws {
        let bytes = Samples.bytes(try Samples.event(.orderCreated))
        #expect(!expectSame(bytes, EventRegistry(versions: [.v2_0])))
        let euro = try #require(Currency("EUR".utf8))
        #expect(expectSame(bytes, EventRegistry(currency: euro)))
    }
}
