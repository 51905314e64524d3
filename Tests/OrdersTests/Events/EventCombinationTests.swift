import TestSupport
import Testing

@testable import Orders

/// Services leave out now this and now that: whatever comes together, each field is read by itself.
struct EventCombinationTests {
    /// Whether it is read as it should be, and what was read is read again once it is written.
    private func isRead(_ bytes: [UInt8], as event: Event) -> Bool {
        let decoded = try? EventRegistry.standard.decode(bytes)
        let again = try? EventRegistry.standard.decode(Samples.bytes(event))
        return decoded == .event(event) && again == .event(event)
    }

    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    @Test(arguments: EventType.allCases)
    func `every combination of an envelope's fields is read`(_ type: EventType) throws {
        var wrong: [String] = []
        for number in 0..<Combinations.envelopes {
            let (json, envelope) = try Combinations.envelope(number, of: EventJSON(type))
            let event = Event(envelope: envelope, payload: try Samples.payload(type))
            if !isRead(json.bytes, as: event) { wrong.append(text(json.bytes)) }
        }
        #expect(Combinations.envelopes == 4096)
        #expect(wrong.isEmpty, "\(wrong.count) are wrong, such as \(wrong.first ?? "")")
    }

    @Test(arguments: EventType.allCases)
    func `every combination of the data's fields is read`(_ type: EventType) throws {
        for number in 0..<Combinations.data(of: type) {
            let (json, payload) = try Combinations.data(number, of: type)
            let event = Event(envelope: try Samples.envelope(), payload: payload)
            #expect(isRead(json.bytes, as: event), "\(text(json.bytes))")
        }
    }

    @Test func `envelope and data do not disturb each other, in whatever order`() throws {
        try withSeededGenerator { generator in
            for round in 0..<4000 {
                let type = EventType.allCases[round % 4]
                let data = Int.random(in: 0..<Combinations.data(of: type), using: &generator)
                let rest = Int.random(in: 0..<Combinations.envelopes, using: &generator)
                let (start, payload) = try Combinations.data(data, of: type)
                let (json, envelope) = try Combinations.envelope(rest, of: start)
                let bytes = json.shuffled(using: &generator)
                let event = Event(envelope: envelope, payload: payload)
                #expect(isRead(bytes, as: event), "\(text(bytes))")
            }
        }
    }

    @Test func `what is left out follows from the event alone`() throws {
        let json = EventJSON(.orderCancelled).with("/trace_id", nil).with("/span_id", "null")
            .with("/correlation_id", nil).with("/data/caused_by", nil).with("/data/reason", nil)
        let decoded = try EventRegistry.standard.decode(json.bytes)
        #expect(try EventRegistry.standard.decode(json.bytes) == decoded)
        let other = json.with("/event_id", "\"0192f5c3-7b1b-7000-8000-000000000009\"")
        #expect(try EventRegistry.standard.decode(other.bytes) != decoded)
    }
}
