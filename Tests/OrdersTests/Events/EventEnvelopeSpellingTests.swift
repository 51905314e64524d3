import TestSupport
import Testing

@testable import Orders
import Text

/// How other services write an envelope's fields, and what they become.
struct EventEnvelopeSpellingTests {
    private func event(_ json: EventJSON) throws -> Event { try Samples.decoded(json.bytes) }

    @Test(
        arguments: [
            (nil, Choices.derivedTrace), ("null", Choices.derivedTrace),
            ("\"\"", Choices.derivedTrace),
            ("\"00000000000000000000000000000000\"", Choices.derivedTrace),
            ("\"00000000-0000-0000-0000-000000000000\"", Choices.derivedTrace),
            ("\"0AF7651916CD43DD8448EB211C80319C\"", "0af7651916cd43dd8448eb211c80319c"),
            ("\"0af76519-16cd-43dd-8448-eb211c80319c\"", "0af7651916cd43dd8448eb211c80319c"),
            ("\"0AF76519-16CD-43DD-8448-EB211C80319C\"", "0af7651916cd43dd8448eb211c80319c"),
            ("\"\\u0030AF7651916CD43DD8448EB211C80319C\"", "0af7651916cd43dd8448eb211c80319c"),
            ("\"00000000000000000000000000000001\"", "00000000000000000000000000000001"),
        ] as [(String?, String)]
    )
    func `a trace id is normalised`(_ json: String?, _ expected: String) throws {
        let event = try event(EventJSON().with("/trace_id", json))
        #expect(event.envelope.traceID.description == expected)
    }

    @Test(
        arguments: [
            (nil, Choices.derivedSpan), ("null", Choices.derivedSpan),
            ("\"\"", Choices.derivedSpan), ("\"0000000000000000\"", Choices.derivedSpan),
            ("\"00000000-0000-0000-0000-000000000000\"", Choices.derivedSpan),
            ("\"B7AD6B7169203331\"", "b7ad6b7169203331"),
            ("\"b7ad6b716920333A\"", "b7ad6b716920333a"),
            ("\"0af76519-16cd-43dd-B7AD-6b7169203331\"", "b7ad6b7169203331"),
            ("\"0af7651916cd43ddb7ad6b7169203331\"", "b7ad6b7169203331"),
        ] as [(String?, String)]
    )
    func `a span id is normalised`(_ json: String?, _ expected: String) throws {
        let event = try event(EventJSON().with("/span_id", json))
        #expect(event.envelope.spanID.description == expected)
    }

    @Test func `an event whose id is zeros has a trace and a span all the same`() throws {
        let event = try event(
            EventJSON().with("/event_id", "\"00000000-0000-0000-0000-000000000000\"")
                .with("/trace_id", nil).with("/span_id", nil).with("/correlation_id", nil)
        )
        #expect(event.envelope.traceID.description == "00000000000000000000000000000001")
        #expect(event.envelope.spanID.description == "0000000000000001")
        #expect(event.envelope.correlationID == "00000000-0000-0000-0000-000000000000")
    }

    @Test(
        arguments: [
            (nil, Choices.derivedCorrelation), ("null", Choices.derivedCorrelation),
            ("\"\"", Choices.derivedCorrelation), ("\" \"", " "), ("\"7\"", "7"),
            // A correlation id is a text, also where it looks like a UUID.
            ("\"0AF76519-16CD-43DD-8448-EB211C80319C\"", "0AF76519-16CD-43DD-8448-EB211C80319C"),
            ("\"0af7651916cd43dd8448eb211c80319c\"", "0af7651916cd43dd8448eb211c80319c"),
        ] as [(String?, String)]
    )
    func `a correlation id is taken as it is, or follows from the event's id`(
        _ json: String?,
        _ expected: String
    ) throws {
        #expect(
            try event(EventJSON().with("/correlation_id", json)).envelope.correlationID.description
                == expected
        )
    }

    @Test(arguments: [nil, "null", "\"\""] as [String?])
    func `a service may leave out its name`(_ json: String?) throws {
        let event = try event(EventJSON().with("/source_service", json))
        #expect(event.envelope.sourceService == "unknown")
    }

    @Test(
        arguments: [
            (nil, .v1_0), ("null", .v1_0), ("1", .v1_0), ("1.0", .v1_0), ("1.00", .v1_0),
            ("1e0", .v1_0), ("\"1\"", .v1_0), ("\"1.0\"", .v1_0), ("2", .v2_0), ("2.0", .v2_0),
            ("20e-1", .v2_0), ("\"2\"", .v2_0), ("\"2.0\"", .v2_0),
        ] as [(String?, EventVersion)]
    )
    func `a version may be a number, and is 1.0 when it is left out`(
        _ json: String?,
        _ expected: EventVersion
    ) throws {
        let event = try event(EventJSON(.inventoryReserved).with("/event_version", json))
        #expect(event.envelope.version == expected)
    }

    @Test func `an event without a version is unknown where 1.0 is`() {
        let registry = EventRegistry(versions: [.v2_0])
        let json = EventJSON(.inventoryReserved).with("/event_version", nil)
        #expect(throws: EventError.unknownVersion(type: .inventoryReserved, version: "1.0")) {
            try registry.decode(json.bytes)
        }
    }

    @Test(arguments: [
        "2026-11-23T12:36:09.123456", "2026-11-23 12:36:09.123", "2026-11-23T13:36:09,123+01",
        "2026-11-23t07:06:09.1239-0530", "2026-11-23 12:36:09.123z",
    ])
    func `a timestamp is read as other programs write it`(_ text: String) throws {
        let event = try event(EventJSON().with("/timestamp", "\"\(text)\""))
        #expect(event.envelope.timestamp == Samples.time)
    }

    @Test(arguments: Spelling.allCases)
    func `identifiers may be spelled in any way`(_ spelling: Spelling) throws {
        let json = EventJSON(.orderCancelled)
            .with("/event_id", "\"\(spelling.of(Samples.eventID))\"")
            .with("/data/order_id", "\"\(spelling.of(Samples.orderID))\"")
            .with("/data/caused_by", "\"\(spelling.of(Samples.causeID))\"")
        #expect(try event(json) == Samples.event(.orderCancelled))
    }

    @Test(
        arguments: [
            ("trace_id", "\"0af7651916cd43dd8448eb211c80319c\""),
            ("span_id", "\"b7ad6b7169203331\""),
            ("correlation_id", "\"corr-1\""), ("source_service", "\"order-gateway\""),
            ("event_version", "\"9.0\""),
        ]
    )
    func `a field that is there twice counts as what it is the second time`(
        _ name: String,
        _ first: String
    ) throws {
        let json = EventJSON(.inventoryReserved)
        var twice = json.with("/\(name)", first)
        twice.members.append((name, "null"))
        #expect(try event(twice) == event(json.with("/\(name)", nil)))
    }
}
