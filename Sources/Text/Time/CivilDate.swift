/// A date of the proleptic Gregorian calendar, after Hinnant's `days_from_civil`
/// ("chrono-Compatible Low-Level Date Algorithms").
///
/// In the computation the year begins in March, so that the leap day is the last day.
struct CivilDate: Equatable {
    let year: Int
    let month: Int
    let day: Int

    private static let daysPerEra = 146_097  // 400 years
    private static let daysFromEraToEpoch = 719_468  // 0000-03-01 to 1970-01-01

    init(year: Int, month: Int, day: Int) {
        self.year = year
        self.month = month
        self.day = day
    }

    /// - Parameter daysSinceEpoch: A day of the years that a ``Timestamp`` can express.
    init(daysSinceEpoch: Int) {
        // Counted from an era earlier, because the year 0 begins before its March. Each event has a date,
        // and divisions of 32 bits cost half of those of 64.
        let days = UInt32(daysSinceEpoch + Self.daysFromEraToEpoch + Self.daysPerEra)
        let era = days / UInt32(Self.daysPerEra)
        let dayOfEra = days % UInt32(Self.daysPerEra)
        let yearOfEra =
            (dayOfEra &- dayOfEra / 1460 &+ dayOfEra / 36_524 &- dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra &- (365 &* yearOfEra &+ yearOfEra / 4 &- yearOfEra / 100)
        let shiftedMonth = (5 &* dayOfYear &+ 2) / 153
        day = Int(dayOfYear &- (153 &* shiftedMonth &+ 2) / 5 &+ 1)
        month = Int(shiftedMonth < 10 ? shiftedMonth &+ 3 : shiftedMonth &- 9)
        year = Int(yearOfEra &+ era &* 400) - 400 + (month <= 2 ? 1 : 0)
    }

    var daysSinceEpoch: Int {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = shiftedYear.flooringQuotient(by: 400)
        let yearOfEra = shiftedYear - era * 400
        let shiftedMonth = month > 2 ? month - 3 : month + 9
        let dayOfYear = (153 * shiftedMonth + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * Self.daysPerEra + dayOfEra - Self.daysFromEraToEpoch
    }

    static func days(in month: Int, of year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}

extension BinaryInteger {
    /// Returns the quotient rounded down, also for negative numbers.
    func flooringQuotient(by divisor: Self) -> Self {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }
}
