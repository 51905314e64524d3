import TestSupport
import Testing

@testable import Orders
import Text

/// Records that are no events: each says why, none brings the process down.
struct EventPoisonTests {
    @Test(arguments: EventType.allCases)
    func `a missing member is named`(_ type: EventType) throws {
        let json = EventJSON(type)
        // What is missing of these follows from the rest; the data's status says nothing new.
        let optional = [
            "event_version", "correlation_id", "source_service", "trace_id", "span_id", "status",
            "total_amount", "reason", "product_id", "caused_by",
        ]
        let pointers =
            json.members.map(\.name).filter { !optional.contains($0) }.map { "/\($0)" }
            + json.data.map(\.name).filter { !optional.contains($0) }.map { "/data/\($0)" }
        #expect(pointers.count >= 4)
        for pointer in pointers {
            #expect(throws: EventError.missing(pointer: pointer)) {
                try EventRegistry.standard.decode(json.with(pointer, nil).bytes)
            }
        }
    }

    @Test func `missing data is named`() {
        let json = #"{"event_type":"OrderCreated","event_version":"1.0"}"#
        #expect(throws: EventError.missing(pointer: "/event_id")) {
            try EventRegistry.standard.decode(Array(json.utf8))
        }
        let whole = String(decoding: EventJSON(.inventoryReserved).bytes, as: UTF8.self)
        let other = whole.split(separator: "\"data\"").joined(separator: "\"datum\"")
        #expect(throws: EventError.missing(pointer: "/data")) {
            try EventRegistry.standard.decode(Array(other.utf8))
        }
    }

    @Test(arguments: [
        "", " ", "hello", "{", "{\"event_type\":", "\u{feff}{}", "{}x", "{\"a\":01}", "x{}", "[",
        "[]]", "nul",
        "1 2", "\"a",
    ])
    func `what is not JSON is told`(_ text: String) {
        let error = #expect(throws: EventError.self) {
            try EventRegistry.standard.decode(Array(text.utf8))
        }
        guard case .notJSON = error else {
            Issue.record("\(text) should be no JSON, is \(String(describing: error))")
            return
        }
    }

    @Test(arguments: ["null", "[]", "1", "\"OrderCreated\"", "true"])
    func `what is no object is told`(_ text: String) {
        #expect(throws: EventError.wrongType(pointer: "", expected: "an object")) {
            try EventRegistry.standard.decode(Array(text.utf8))
        }
    }

    @Test(
        arguments: [
            "/event_id", "/event_type", "/timestamp", "/data/order_id", "/data/customer_id",
        ],
        ["null", "1", "true", "[]", "{}", "[[{\"a\":1}]]", "-1e999999999"]
    )
    func `a value that is no string is told`(_ pointer: String, _ json: String) {
        #expect(throws: EventError.wrongType(pointer: pointer, expected: "a string")) {
            try EventRegistry.standard.decode(EventJSON().with(pointer, json).bytes)
        }
    }

    @Test(
        arguments: [
            (.orderCreated, "/correlation_id"), (.orderCreated, "/source_service"),
            (.orderCreated, "/trace_id"), (.orderCreated, "/span_id"),
            (.orderCancelled, "/data/reason"), (.orderCancelled, "/data/caused_by"),
            (.inventoryReservationFailed, "/data/reason"),
            (.inventoryReservationFailed, "/data/product_id"),
        ] as [(EventType, String)],
        ["1", "true", "[]", "{}", "[[{\"a\":1}]]", "-1e999999999"]
    )
    func `a value that may be null is told when it is no string either`(
        _ member: (type: EventType, pointer: String),
        _ json: String
    ) {
        #expect(throws: EventError.wrongType(pointer: member.pointer, expected: "a string")) {
            try EventRegistry.standard.decode(
                EventJSON(member.type).with(member.pointer, json).bytes
            )
        }
    }

    @Test(arguments: ["true", "[]", "{}", "[[{\"a\":1}]]"])
    func `a version that is neither a string nor a number is told`(_ json: String) {
        #expect(throws: EventError.wrongType(pointer: "/event_version", expected: "a string")) {
            try EventRegistry.standard.decode(EventJSON().with("/event_version", json).bytes)
        }
    }

    @Test(arguments: ["-1e999999999", "0", "-1", "1.5", "3", "2.01", "10", "1e2"])
    func `a number of no version is told as it stands`(_ json: String) {
        #expect(throws: EventError.unknownVersion(type: .orderCreated, version: json)) {
            try EventRegistry.standard.decode(EventJSON().with("/event_version", json).bytes)
        }
    }

    @Test func `a version of more than 1,024 digits is not repeated`() {
        let json = String(repeating: "7", count: 1025)
        #expect(
            throws: EventError.invalid(
                pointer: "/event_version",
                reason: "must have 1 to 1024 bytes, has 1025"
            )
        ) {
            try EventRegistry.standard.decode(EventJSON().with("/event_version", json).bytes)
        }
    }

    @Test(
        arguments: [
            ("/data", "null", "an object"), ("/data", "[]", "an object"),
            ("/data", "1", "an object"),
            ("/data/items", "{}", "an array"), ("/data/items", "null", "an array"),
            ("/data/total_amount", "[]", "a string or a number"),
        ]
    )
    func `a value of another wrong type is told`(
        _ pointer: String,
        _ json: String,
        _ expected: String
    ) {
        #expect(throws: EventError.wrongType(pointer: pointer, expected: expected)) {
            try EventRegistry.standard.decode(EventJSON().with(pointer, json).bytes)
        }
    }

    @Test(
        arguments: [
            ("/event_id", "\"\"", "must be a UUID"), ("/event_id", "\"5\"", "must be a UUID"),
            ("/data/order_id", "\"x\"", "must be a UUID"),
            ("/timestamp", "\"yesterday\"", "must be an RFC 3339 timestamp"),
            ("/timestamp", "\"2026-02-30T00:00:00Z\"", "must be an RFC 3339 timestamp"),
            ("/timestamp", "\"2026-11-23\"", "must be an RFC 3339 timestamp"),
            ("/timestamp", "\"1795437369\"", "must be an RFC 3339 timestamp"),
            ("/timestamp", "\"\"", "must be an RFC 3339 timestamp"),
            ("/event_type", "\"\"", "must have 1 to 1024 bytes, has 0"),
            ("/data/customer_id", "\"\"", "must have 1 to 1024 bytes, has 0"),
            ("/data/total_amount", "-1", "must not be negative"),
            ("/data/total_amount", "\"\"", "must be a decimal number such as \"9.99\""),
            ("/data/total_amount", "\"NaN\"", "must be a decimal number such as \"9.99\""),
            ("/data/total_amount", "\"1,50\"", "must be a decimal number such as \"9.99\""),
            ("/data/total_amount", "\"1E+12\"", "must have at most 12 digits before the point"),
            ("/data/total_amount", "0.30000000000000004", "must have at most 4 decimals"),
            ("/data/total_amount", "\"-1E-4\"", "must not be negative"),
            ("/event_version", "\"\"", "must have 1 to 1024 bytes, has 0"),
            ("/data/total_amount", "1e999999999", "must have at most 12 digits before the point"),
            ("/data/total_amount", "1e-999999999", "must have at most 4 decimals"),
        ]
    )
    func `a value that cannot be is told`(_ pointer: String, _ json: String, _ reason: String) {
        #expect(throws: EventError.invalid(pointer: pointer, reason: reason)) {
            try EventRegistry.standard.decode(EventJSON().with(pointer, json).bytes)
        }
    }

    @Test(
        arguments: [
            ("/trace_id", "32"), ("/span_id", "16"),
        ],
        [
            "0", "00", "0af7651916cd43dd8448eb211c80319", "0af7651916cd43dd8448eb211c80319c0",
            "0af7651916cd43dd8448eb211c80319g", "0af76519-16cd43dd8448-eb211c80319c",
            "{0af76519-16cd-43dd-8448-eb211c80319c}", "b7ad6b716920333", "b7ad6b716920333g",
            "b7ad6b71692033310", "b7ad-6b71-6920-3331", "0x0af7651916cd43dd", "None", " ",
            "0af7651916cd43dd8448eb211c8031é",
        ]
    )
    func `an id of a trace that is no such digits is told`(
        _ member: (pointer: String, digits: String),
        _ text: String
    ) {
        #expect(
            throws: EventError.invalid(
                pointer: member.pointer,
                reason: "must be \(member.digits) hexadecimal digits"
            )
        ) {
            try EventRegistry.standard.decode(EventJSON().with(member.pointer, "\"\(text)\"").bytes)
        }
    }

    @Test func `a sum beyond the largest amount is told where the amount is missing`() {
        let items =
            #"[{"product_id":"p","quantity":2,"unit_price":"500000000000"},"#
            + #"{"product_id":"p","quantity":1,"unit_price":"1"}]"#
        let json = EventJSON().with("/data/items", items)
        #expect(throws: Never.self) { try EventRegistry.standard.decode(json.bytes) }
        for total in [nil, "null"] {
            #expect(
                throws: EventError.invalid(
                    pointer: "/data/items",
                    reason: "must add up to at most 999999999999.9999"
                )
            ) {
                try EventRegistry.standard.decode(json.with("/data/total_amount", total).bytes)
            }
        }
    }

    @Test(arguments: ["/correlation_id", "/source_service", "/event_type", "/data/customer_id"])
    func `a text has at most 1,024 bytes`(_ pointer: String) {
        let text = "\"\(String(repeating: "x", count: 1023))é\""
        #expect(
            throws: EventError.invalid(
                pointer: pointer,
                reason: "must have 1 to 1024 bytes, has 1025"
            )
        ) {
            try EventRegistry.standard.decode(EventJSON().with(pointer, text).bytes)
        }
    }

    @Test(arguments: [
        "0", "-1", "1.5", "2147483648", "9223372036854775808", "1e999999999", "-0",
        "2147483648.0", "-2.0", "2.00001", "1e-3", "0.0", "1e10",
        "99999999999999999999999999999999999999999999", "0.0000000000000000000000000001",
    ])
    func `an absurd quantity is told`(_ quantity: String) {
        let items = "[{\"product_id\":\"p\",\"quantity\":\(quantity),\"unit_price\":\"1\"}]"
        #expect(
            throws: EventError.invalid(
                pointer: "/data/items/0/quantity",
                reason: "must be a whole number from 1 to 2147483647"
            )
        ) {
            try EventRegistry.standard.decode(EventJSON().with("/data/items", items).bytes)
        }
    }

    @Test(
        arguments: [
            ("[1]", .wrongType(pointer: "/data/items/0", expected: "an object")),
            ("[null]", .wrongType(pointer: "/data/items/0", expected: "an object")),
            ("[{}]", .missing(pointer: "/data/items/0/product_id")),
            ("[{\"product_id\":\"p\"}]", .missing(pointer: "/data/items/0/quantity")),
            (
                "[{\"product_id\":\"p\",\"quantity\":1}]",
                .missing(pointer: "/data/items/0/unit_price")
            ),
            (
                "[{\"product_id\":\"p\",\"quantity\":1,\"unit_price\":1},{\"quantity\":\"1\"}]",
                .wrongType(pointer: "/data/items/1/quantity", expected: "a number")
            ),
            (
                "[{\"unit_price\":{}}]",
                .wrongType(
                    pointer: "/data/items/0/unit_price",
                    expected: "a string or a number"
                )
            ),
        ] as [(String, EventError)]
    )
    func `a bad item is told by its place`(_ items: String, _ expected: EventError) {
        #expect(throws: expected) {
            try EventRegistry.standard.decode(EventJSON().with("/data/items", items).bytes)
        }
    }

    @Test func `a value of 5 MB is not read`() throws {
        let spaces = [UInt8](repeating: UInt8(ascii: " "), count: 5_000_000)
        let expected = EventError.tooLarge(bytes: 5_000_000, limitBytes: 262_144)
        #expect(throws: expected) { try EventRegistry.standard.decode(spaces) }
        let bytes = EventJSON().bytes
        let padding = spaces.prefix(Event.Limits.bytes - bytes.count)
        #expect(
            try EventRegistry.standard.decode(bytes + padding)
                == .event(try Samples.event(.orderCreated))
        )
        #expect(throws: EventError.tooLarge(bytes: 262_145, limitBytes: 262_144)) {
            try EventRegistry.standard.decode(bytes + padding + [0x20])
        }
    }

    @Test(arguments: [[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xE2, 0x82]] as [[UInt8]])
    func `invalid UTF-8 is not JSON, wherever it stands`(_ bad: [UInt8]) {
        let bytes = EventJSON().with("/note", "\"a\"").bytes
        for index in bytes.indices.dropLast() {
            let error = #expect(throws: EventError.self) {
                try EventRegistry.standard.decode(
                    Array(bytes[...index]) + bad + bytes[(index + 1)...]
                )
            }
            guard case .notJSON = error else {
                Issue.record("at \(index): \(String(describing: error))")
                continue
            }
        }
    }

    @Test(arguments: ["[", "{\"data\":", "{\"data\":[", "{\"x\":{\"data\":"])
    func `a bomb of depth is not JSON`(_ piece: String) {
        let bomb = String(repeating: piece, count: 10_000)
        #expect(throws: EventError.self) { try EventRegistry.standard.decode(Array(bomb.utf8)) }
        for pointer in ["/data", "/note", "/data/items", "/data/note"] {
            let error = #expect(throws: EventError.self) {
                try EventRegistry.standard.decode(EventJSON().with(pointer, bomb).bytes)
            }
            guard case .notJSON = error else {
                Issue.record("\(pointer): \(String(describing: error))")
                continue
            }
        }
    }

    @Test(arguments: EventType.allCases)
    func `no beginning of an event is an event`(_ type: EventType) {
        let bytes = EventJSON(type).bytes
        for end in bytes.indices {
            #expect(throws: EventError.self) {
                try EventRegistry.standard.decode(Array(bytes[..<end]))
            }
        }
    }

    @Test func `no accident brings the decoder down, and what is read can be written`() throws {
        try withSeededGenerator { generator in
            for round in 0..<6000 {
                let sound =
                    round.isMultiple(of: 2)
                    ? EventJSON(EventType.allCases[round / 2 % 4]).bytes
                    : Samples.bytes(try generator.event())
                let broken = generator.mutated(sound)
                let shown = String(decoding: broken, as: UTF8.self)
                do throws(EventError) {
                    let decoded = try EventRegistry.standard.decode(broken)
                    #expect(JSONReader.isValid(broken), "\(shown)")
                    guard case .event(let event) = decoded else { continue }
                    #expect(
                        try EventRegistry.standard.decode(Samples.bytes(event)) == decoded,
                        "\(shown)"
                    )
                } catch {
                    let isJSON = if case .notJSON = error { false } else { true }
                    #expect(isJSON == JSONReader.isValid(broken), "\(shown)")
                    #expect(!error.description.isEmpty)
                }
            }
        }
    }

    @Test(
        arguments: [
            (.noValue, "the record has no value"),
            (
                .tooLarge(bytes: 300_000, limitBytes: 262_144),
                "the value has 300000 bytes; at most 262144 are read"
            ),
            (
                .notJSON(JSONError(offset: 3, reason: "a comma is missing")),
                "the value is not JSON: a comma is missing at byte 3"
            ),
            (.missing(pointer: "/data"), "/data is missing"),
            (.wrongType(pointer: "/data", expected: "an object"), "/data must be an object"),
            (.wrongType(pointer: "", expected: "an object"), "the value must be an object"),
            (.invalid(pointer: "/event_id", reason: "must be a UUID"), "/event_id must be a UUID"),
            (
                .unknownVersion(type: .orderCreated, version: "9.0"),
                "version 9.0 of OrderCreated is not known"
            ),
        ] as [(EventError, String)]
    )
    func `an error says what is wrong`(_ error: EventError, _ expected: String) {
        #expect(error.description == expected)
    }
}
