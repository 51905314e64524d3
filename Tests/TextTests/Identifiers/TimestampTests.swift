import TestSupport
import Testing

@testable import Text

/// RFC 3339 §5.6.
struct TimestampTests {
    @Test(
        arguments: [
            ("1970-01-01T00:00:00.000Z", 0),
            ("1970-01-01T00:00:00.001Z", 1),
            ("1969-12-31T23:59:59.999Z", -1),
            ("2000-02-29T12:00:00.000Z", 951_825_600_000),
            ("2000-03-01T00:00:00.000Z", 951_868_800_000),
            ("2001-09-09T01:46:40.000Z", 1_000_000_000_000),
            ("2038-01-19T03:14:08.000Z", 2_147_483_648_000),
            ("2024-02-29T23:59:59.999Z", 1_709_251_199_999),
            ("1900-03-01T00:00:00.000Z", -2_203_891_200_000),
            ("2026-11-23T12:36:09.123Z", 1_795_437_369_123),
            ("0000-01-01T00:00:00.000Z", -62_167_219_200_000),
            ("0001-01-01T00:00:00.000Z", -62_135_596_800_000),
            ("9999-12-31T23:59:59.999Z", 253_402_300_799_999),
        ] as [(String, Int64)]
    )
    func `known moments are read and written`(_ text: String, _ milliseconds: Int64) {
        #expect(Timestamp(text)?.millisecondsSinceEpoch == milliseconds)
        #expect(Timestamp(millisecondsSinceEpoch: milliseconds).description == text)
    }

    @Test(arguments: [
        ("2026-11-23T12:36:09Z", "2026-11-23T12:36:09.000Z"),
        ("2026-11-23t12:36:09z", "2026-11-23T12:36:09.000Z"),
        ("2026-11-23 12:36:09Z", "2026-11-23T12:36:09.000Z"),
        ("2026-11-23T12:36:09+00:00", "2026-11-23T12:36:09.000Z"),
        ("2026-11-23T12:36:09-00:00", "2026-11-23T12:36:09.000Z"),
        ("2026-11-23T12:36:09+01:00", "2026-11-23T11:36:09.000Z"),
        ("2026-11-23T12:36:09-05:30", "2026-11-23T18:06:09.000Z"),
        ("2026-12-31T23:00:00-02:00", "2027-01-01T01:00:00.000Z"),
        ("2027-01-01T00:30:00+01:00", "2026-12-31T23:30:00.000Z"),
        ("2024-03-01T00:00:00+23:59", "2024-02-29T00:01:00.000Z"),
        ("1970-01-01T00:00:00.5+01:00", "1969-12-31T23:00:00.500Z"),
    ])
    func `an offset is taken off`(_ text: String, _ expected: String) {
        #expect(Timestamp(text)?.description == expected)
    }

    @Test(arguments: [
        (".1", ".100"), (".12", ".120"), (".123", ".123"), (".1239", ".123"), (".9999", ".999"),
        (".000999", ".000"), (".0000000000000000000000000000001", ".000"), (".010", ".010"),
        (".123456789123456789123456789", ".123"), ("", ".000"),
    ])
    func `decimals beyond the third are cut off`(_ fraction: String, _ expected: String) {
        let text = Timestamp("2026-11-23T12:36:09\(fraction)Z")?.description
        #expect(text == "2026-11-23T12:36:09\(expected)Z")
    }

    @Test(arguments: [
        ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00.000Z"),
        ("1990-12-31T15:59:60-08:00", "1991-01-01T00:00:00.000Z"),
        ("2016-12-31T23:59:60.500Z", "2017-01-01T00:00:00.500Z"),
    ])
    func `a leap second is the beginning of the next second`(_ text: String, _ expected: String) {
        #expect(Timestamp(text)?.description == expected)
    }

    @Test(arguments: ["2000", "2024", "2400", "1600", "0000", "0004"])
    func `a leap year has a 29th of February`(_ year: String) {
        #expect(Timestamp("\(year)-02-29T00:00:00Z") != nil)
        #expect(Timestamp("\(year)-02-30T00:00:00Z") == nil)
    }

    @Test(arguments: ["1900", "2100", "2023", "2026", "9999", "0001"])
    func `another year has none`(_ year: String) {
        #expect(Timestamp("\(year)-02-28T00:00:00Z") != nil)
        #expect(Timestamp("\(year)-02-29T00:00:00Z") == nil)
    }

    @Test(arguments: [
        "", "2026", "2026-11-23", "2026-11-23T12:36:09", "2026-11-23T12:36Z",
        "2026-11-23T12:36:09.Z",
        "2026-00-23T12:36:09Z", "2026-13-23T12:36:09Z", "2026-11-00T12:36:09Z",
        "2026-11-31T12:36:09Z", "2026-12-32T12:36:09Z", "2026-11-23T24:00:00Z",
        "2026-11-23T12:60:09Z", "2026-11-23T12:36:61Z", "2026-11-23T12:36:09+24:00",
        "2026-11-23T12:36:09+01:60", "2026-11-23T12:36:09+0100", "2026-11-23T12:36:09+01",
        "2026-11-23T12:36:09 Z", "2026-11-23T12:36:09ZZ", "2026-11-23T12:36:09Z ",
        " 2026-11-23T12:36:09Z", "2026/11/23T12:36:09Z", "26-11-23T12:36:09Z",
        "12026-11-23T12:36:09Z", "-026-11-23T12:36:09Z", "+2026-11-23T12:36:09Z",
        "2026-11-23T1:36:09Z", "2026-1-23T12:36:09Z", "2026-11-23_12:36:09Z",
        "2026-11-23T12:36:09,5Z", "20261123T123609Z", "2026-11-23T12:36:0٩Z",
        "2026-11-23T12:36:09.-5Z", "1795437369", "2026-11-23T12:36:09±01:00",
    ])
    func `anything else is refused`(_ text: String) {
        #expect(Timestamp(text) == nil)
    }

    @Test(arguments: [
        "0000-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01", "9999-12-31T23:59:60Z",
    ])
    func `a moment outside the years 0000 to 9999 is refused`(_ text: String) {
        #expect(Timestamp(text) == nil)
    }

    @Test func `a number out of range becomes the nearest in range`() {
        #expect(Timestamp(millisecondsSinceEpoch: .max).description == "9999-12-31T23:59:59.999Z")
        #expect(Timestamp(millisecondsSinceEpoch: .min).description == "0000-01-01T00:00:00.000Z")
    }

    @Test func `what is written is read as the same moment, and the order is that of the texts`()
        throws
    {
        try withSeededGenerator { generator in
            for _ in 0..<2000 {
                let (one, other) = (generator.timestamp(), generator.timestamp())
                #expect(Timestamp(one.description) == one)
                #expect((one < other) == (one.description < other.description))
            }
        }
    }

    @Test func `every day of 800 years follows the day before`() {
        var date = CivilDate(year: 1599, month: 12, day: 31)
        var wrong = 0
        for days in date.daysSinceEpoch + 1...date.daysSinceEpoch + 292_194 {
            let next = CivilDate(daysSinceEpoch: days)
            let isLastOfMonth = date.day == CivilDate.days(in: date.month, of: date.year)
            let expected =
                isLastOfMonth
                ? CivilDate(
                    year: date.month == 12 ? date.year + 1 : date.year,
                    month: date.month % 12 + 1,
                    day: 1
                )
                : CivilDate(year: date.year, month: date.month, day: date.day + 1)
            if next != expected || next.daysSinceEpoch != days { wrong += 1 }
            date = next
        }
        #expect(wrong == 0)
        #expect(date == CivilDate(year: 2399, month: 12, day: 31))
    }
}
