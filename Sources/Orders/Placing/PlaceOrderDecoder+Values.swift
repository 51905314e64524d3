internal import Text

/// The values of an order's members.
extension PlaceOrderDecoder {
    /// Returns the place of the ID in ``text``.
    mutating func readID(
        _ pointer: @autoclosure () -> String
    ) throws(JSONError) -> Range<Int>? {
        guard try expect(.string, pointer()) else { return nil }
        let string = try reader.string()
        if string.isPlain {
            guard isAllowed(string.range.count, pointer()) else { return nil }
            return string.range
        }
        let id = reader.text(string)
        if id.unicodeScalars.contains(where: {
            $0.value < 0x20 || (0x7F...0x9F).contains($0.value)
        }) {
            invalid("must not hold control characters", pointer())
            return nil
        }
        // The length is counted in Unicode scalars.
        guard isAllowed(id.unicodeScalars.count, pointer()) else { return nil }
        return string.hasEscapes ? PlaceOrder.append(id, to: &text) : string.range
    }

    private mutating func isAllowed(
        _ idCharacters: Int,
        _ pointer: @autoclosure () -> String
    ) -> Bool {
        if (1...limits.idCharacters).contains(idCharacters) { return true }
        let detail = "must have 1 to \(limits.idCharacters) characters, got \(idCharacters)"
        invalid(detail, pointer())
        return false
    }

    mutating func readQuantity(
        _ pointer: @autoclosure () -> String
    ) throws(JSONError) -> Int? {
        if let value = reader.shortWholeNumber(in: 1...limits.quantity) { return value }
        return try readOtherQuantity(pointer())
    }

    /// Reads a quantity that is large, not allowed or no number.
    private mutating func readOtherQuantity(
        _ pointer: @autoclosure () -> String
    ) throws(JSONError) -> Int? {
        guard try expect(.number, pointer()) else { return nil }
        let number = try reader.number()
        let text = reader.bytes[number]
        // This is a computed variable, so the string is created only for a violation.
        var range: String { "a whole number from 1 to \(limits.quantity)" }
        guard text.dropFirst().allSatisfy({ (0x30...0x39).contains($0) }) else {
            invalid("must be \(range), written without point or exponent", pointer())
            return nil
        }
        // A number below zero or beyond 64 bits is out of range in any case.
        let value = reader.wholeNumber(number) ?? .max
        guard (1...limits.quantity).contains(value) else {
            let shown = String(decoding: text.prefix(24), as: UTF8.self)
            invalid("must be \(range), got \(shown)", pointer())
            return nil
        }
        return value
    }

    mutating func readMoney(
        _ pointer: @autoclosure () -> String
    ) throws(JSONError) -> Money? {
        let text: JSONString
        switch try reader.nextKind() {
        case .string: text = try reader.string()
        case .number: text = JSONString(range: try reader.number(), hasEscapes: false)
        default:
            _ = try expectSlowly(.string, pointer(), or: "a decimal number")
            return nil
        }
        do throws(MoneyError) {
            let money = try reader.withUTF8(text) { utf8 throws(MoneyError) in try Money(utf8) }
            if money < .zero {
                invalid("must not be negative", pointer())
                return nil
            }
            return money
        } catch {
            invalid("\(error)", pointer())
            return nil
        }
    }

    /// Checks a currency.
    ///
    /// A missing currency is allowed, but a different one would mean a different sum.
    mutating func readCurrency(_ pointer: @autoclosure () -> String) throws(JSONError) {
        guard try expect(.string, pointer()) else { return }
        let string = try reader.string()
        guard reader.withUTF8(string, { Currency($0) }) != currency else { return }
        invalid("must be \(currency), which all amounts here are in", pointer())
    }

    /// Checks the type of the next value.
    ///
    /// A value of another type becomes a violation and is skipped.
    @inline(__always)
    mutating func expect(
        _ kind: JSONReader.Kind,
        _ pointer: @autoclosure () -> String
    ) throws(JSONError) -> Bool {
        reader.skipWhitespace()
        switch kind {
        case .string where reader.isAt(UInt8(ascii: "\"")),
            .object where reader.isAt(UInt8(ascii: "{")),
            .array where reader.isAt(UInt8(ascii: "[")):
            return true
        default: return try expectSlowly(kind, pointer())
        }
    }

    @inline(never)
    private mutating func expectSlowly(
        _ kind: JSONReader.Kind,
        _ pointer: @autoclosure () -> String,
        or other: String? = nil
    ) throws(JSONError) -> Bool {
        let found = try reader.nextKind()
        if found == kind { return true }
        try reader.skipValue()
        let wanted = other.map { "\(kind.rawValue) or \($0)" } ?? kind.rawValue
        let article = kind == .object || kind == .array ? "an" : "a"
        wrongShape("must be \(article) \(wanted), got \(found.rawValue)", pointer())
        return false
    }
}
