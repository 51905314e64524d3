extension Timestamp {
    /// Reads a timestamp in the form of ``write(to:)``, the form of most: three words of eight
    /// characters.
    ///
    /// - Returns: `nil` for any other form, and for what is no timestamp.
    init?(ownForm text: Span<UInt8>) {
        guard text.count == Self.longestText,
            let date = Self.pairs(text, at: 0, "0000-00-"),
            let hours = Self.pairs(text, at: 8, "00T00:00"),
            let seconds = Self.pairs(text, at: 16, ":00.000Z")
        else { return nil }
        func number(_ pairs: UInt64, at place: UInt64) -> Int {
            Int(truncatingIfNeeded: pairs &>> (8 &* place) & 0xFF)
        }
        let year = number(date, at: 0) &* 100 &+ number(date, at: 2)
        let month = number(date, at: 5)
        let day = number(hours, at: 0)
        let hour = number(hours, at: 3)
        let minute = number(hours, at: 6)
        let second = number(seconds, at: 1)
        let milliseconds = number(seconds, at: 4) / 10 &* 100 &+ number(seconds, at: 5)
        guard (1...12).contains(month), (1...CivilDate.days(in: month, of: year)).contains(day),
            hour <= 23, minute <= 59, second <= 59
        else { return nil }
        let days = CivilDate(year: year, month: month, day: day).daysSinceEpoch
        let minutes = (days * 24 + hour) * 60 + minute
        self.init(millisecondsSinceEpoch: Int64((minutes * 60 + second) * 1000 + milliseconds))
    }

    /// Returns, for each of eight characters, the number that it makes with the next one.
    ///
    /// - Parameter form: A zero for each digit, and every other character itself.
    /// - Returns: `nil` if the characters do not have the form.
    @inline(__always)
    private static func pairs(_ text: Span<UInt8>, at place: Int, _ form: StaticString) -> UInt64? {
        let highest: UInt64 = 0x8080_8080_8080_8080
        let form = UnsafeRawPointer(form.utf8Start).loadUnaligned(as: UInt64.self)
        let word = text.withUnsafeBytes {
            $0.loadUnaligned(fromByteOffset: place, as: UInt64.self)
        }
        // The value of a digit; 0 for another character of the form.
        let values = word ^ form
        // The highest bit of each byte where the form has another character than the zero.
        let others = ((form ^ 0x3030_3030_3030_3030) &+ ~highest) & highest
        // Sets the highest bit of each byte that is above 9, or above 0 for another character.
        let tooLarge = (values & ~highest) &+ 0x7676_7676_7676_7676 &+ (others &>> 7) &* 9
        guard (values | tooLarge) & highest == 0 else { return nil }
        return values &* 10 &+ (values &>> 8)
    }
}
