import TestSupport
import Testing

@testable import Text

/// What other programs write: RFC 3339, and ISO 8601 beyond it.
struct TimestampSpellingsTests {
    private func lenient(_ text: String) -> Timestamp? { Timestamp(lenient: text.utf8.span) }

    @Test(arguments: [
        // datetime.utcnow().isoformat(), with and without microseconds, and str(datetime.utcnow()).
        ("2026-11-23T12:36:09.123456", "2026-11-23T12:36:09.123Z"),
        ("2026-11-23T12:36:09", "2026-11-23T12:36:09.000Z"),
        ("2026-11-23 12:36:09.123456", "2026-11-23T12:36:09.123Z"),
        ("2026-11-23 12:36:09", "2026-11-23T12:36:09.000Z"),
        ("2026-11-23t12:36:09", "2026-11-23T12:36:09.000Z"),
        // strftime with %z.
        ("2026-11-23T12:36:09+0000", "2026-11-23T12:36:09.000Z"),
        ("2026-11-23T12:36:09.5-0530", "2026-11-23T18:06:09.500Z"),
        ("2026-11-23T12:36:09+01", "2026-11-23T11:36:09.000Z"),
        ("2026-11-23T12:36:09-08", "2026-11-23T20:36:09.000Z"),
        ("2026-11-23T12:36:09.1-00", "2026-11-23T12:36:09.100Z"),
        // ISO 8601:2004 §4.2.2.4.
        ("2026-11-23T12:36:09,123456Z", "2026-11-23T12:36:09.123Z"),
        ("2026-11-23 12:36:09,5", "2026-11-23T12:36:09.500Z"),
        ("2026-11-23T12:36:09,1234567890123456789+0100", "2026-11-23T11:36:09.123Z"),
        ("2016-12-31T23:59:60", "2017-01-01T00:00:00.000Z"),
        ("2024-02-29T00:00:00", "2024-02-29T00:00:00.000Z"),
    ])
    func `a timestamp is read as other programs write it`(_ text: String, _ expected: String) {
        #expect(lenient(text)?.description == expected)
        #expect(Timestamp(text) == nil, "a person is asked for RFC 3339")
    }

    @Test(arguments: [
        "2026-11-23T12:36:09Z", "2026-11-23t12:36:09z", "2026-11-23 12:36:09Z",
        "2026-11-23T12:36:09.123456789Z", "2026-11-23T12:36:09+01:00",
        "2026-11-23 12:36:09.123456+00:00",
        "2026-11-23T12:36:09.5-05:30", "2016-12-31T23:59:60Z", "0000-01-01T00:00:00Z",
        "9999-12-31T23:59:59.999Z", "2024-03-01T00:00:00+23:59",
    ])
    func `RFC 3339 is read as ever`(_ text: String) {
        #expect(lenient(text) != nil)
        #expect(lenient(text) == Timestamp(text))
    }

    @Test(arguments: [
        "", "2026", "2026-11", "2026-11-23", "2026-11-23Z", "2026-11-23T", "2026-11-23T12",
        "2026-11-23T12:36", "2026-11-23T12:36Z", "2026-11-23T12:36:9", "2026-11-23T12:36:09.",
        "2026-11-23T12:36:09,", "2026-11-23T12:36:09.Z", "2026-11-23T12:36:09.,5",
        "2026-11-23T12:36:09;5", "2026-11-23T12:36:09 Z", "2026-11-23T12:36:09 +00:00",
        "2026-11-23T12:36:09ZZ", "2026-11-23T12:36:09Z+00:00", "2026-11-23T12:36:09UTC",
        "2026-11-23T12:36:09+", "2026-11-23T12:36:09+1", "2026-11-23T12:36:09+010",
        "2026-11-23T12:36:09+01:", "2026-11-23T12:36:09+01:0", "2026-11-23T12:36:09+01:000",
        "2026-11-23T12:36:09+01000", "2026-11-23T12:36:09+01:00:00", "2026-11-23T12:36:09+24",
        "2026-11-23T12:36:09+2400", "2026-11-23T12:36:09+0160", "2026-11-23T12:36:09±0100",
        "2026-11-23T12:36:09−01:00", "2026-11-23T12:36:09 ", " 2026-11-23T12:36:09",
        "2026-11-23  12:36:09", "2026-11-23_12:36:09", "20261123T123609Z", "20261123T123609",
        "2026-W48-1T12:36:09", "2026-327T12:36:09", "2026-02-29T12:36:09",
        "2026-13-01T12:36:09", "2026-11-23T24:00:00", "2026-11-23T12:60:00",
        "2026-11-23T12:36:61", "23.11.2026 12:36:09", "11/23/2026 12:36:09", "1795437369",
        "1795437369.123", "1795437369123", "now", "None", "null", "NaT",
        "Mon, 23 Nov 2026 12:36:09 GMT", "0000-01-01T00:00:00+0001", "9999-12-31T23:59:60",
    ])
    func `what has no one meaning is refused`(_ text: String) {
        #expect(lenient(text) == nil)
    }

    @Test func `every spelling of a moment is that moment`() throws {
        try withSeededGenerator { generator in
            for _ in 0..<300 {
                let time = generator.timestamp()
                let text = time.description.dropLast()
                for separator in ["T", "t", " "] {
                    for mark in [".", ","] {
                        for zone in ["", "Z", "z", "+00:00", "-00:00", "+0000", "-00", "+00"] {
                            let spelled =
                                text.prefix(10) + separator + text.dropFirst(11).prefix(8) + mark
                                + text.suffix(3) + zone
                            #expect(lenient(String(spelled)) == time, "\(spelled)")
                        }
                    }
                }
            }
        }
    }

    @Test func `no accident is read as another moment than RFC 3339 says`() throws {
        try withSeededGenerator { generator in
            for _ in 0..<5000 {
                let text = generator.mutated(Array(generator.timestamp().description.utf8))
                guard let strict = Timestamp(text.span) else { continue }
                #expect(Timestamp(lenient: text.span) == strict)
            }
        }
    }
}
