internal import Text

/// Reads the body of `POST /orders` in one pass, and collects all violations.
struct PlaceOrderDecoder {
    /// The items of most orders, for which memory is reserved.
    private static let usualItems = 4

    private let currency: Currency
    private let limits: OrderLimits
    private var reader: JSONReader
    private var violations: [Violation] = []
    private var hasWrongShape = false

    /// Where the IDs are: the body, with the IDs that had to be written in another way behind it.
    private var text: [UInt8]
    private var customerID: Range<Int>?
    private var items: [PlaceOrder.Line]?
    private var sentTotal: Money?
    private var total: Money?

    init(_ body: [UInt8], currency: Currency, limits: OrderLimits) {
        self.currency = currency
        self.limits = limits
        reader = JSONReader(body)
        text = body
    }

    /// Returns the order that was read.
    ///
    /// - Throws: ``OrderRejection`` if there are violations.
    func command() throws(OrderRejection) -> PlaceOrder {
        guard violations.isEmpty, let customerID, let items, let total else {
            throw hasWrongShape ? .wrongShape(violations) : .invalid(violations)
        }
        return PlaceOrder(text: text, customer: customerID, lines: items, totalAmount: total)
    }

    // MARK: The order

    mutating func readBody() throws(JSONError) {
        guard try reader.nextKind() == .object else {
            let kind = try reader.nextKind()
            try reader.skipValue()
            try reader.finish()
            wrongShape("must be an object, got \(kind.rawValue)", "")
            return
        }
        var seen = Fields()
        try reader.enterObject()
        while let key = try reader.nextKey() {
            if reader.equals(key, "customer_id") {
                seen.note(.customerID, &self, "/customer_id")
                customerID = try readID("/customer_id")
            } else if reader.equals(key, "items") {
                seen.note(.items, &self, "/items")
                items = try readItems()
            } else if reader.equals(key, "total_amount") {
                seen.note(.totalAmount, &self, "/total_amount")
                sentTotal = try readMoney("/total_amount")
            } else if reader.equals(key, "currency") {
                seen.note(.currency, &self, "/currency")
                try readCurrency("/currency")
            } else {
                try reader.skipValue()
            }
        }
        try reader.finish()
        if !seen.contains(.customerID) { wrongShape("is missing", "/customer_id") }
        if !seen.contains(.items) { wrongShape("is missing", "/items") }
        checkTotal()
    }

    private mutating func checkTotal() {
        guard let items, violations.isEmpty else { return }
        total = Self.total(of: items)
        guard let total else {
            invalid("the order's total must be at most \(Money.maximum)", "/items")
            return
        }
        if let sentTotal, sentTotal != total {
            invalid("must be the sum of the items, \(total), got \(sentTotal)", "/total_amount")
        }
    }

    /// - Returns: `nil` if the sum is greater than ``Money/maximum``.
    private static func total(of items: [PlaceOrder.Line]) -> Money? {
        var total = Money.zero
        for item in items {
            guard let price = item.unitPrice.multiplied(by: item.quantity),
                let sum = total.adding(price)
            else { return nil }
            total = sum
        }
        return total
    }

    // MARK: Items

    private mutating func readItems() throws(JSONError) -> [PlaceOrder.Line]? {
        guard try expect(.array, "/items") else { return nil }
        let violationsBefore = violations.count
        var items: [PlaceOrder.Line] = []
        items.reserveCapacity(Self.usualItems)
        var count = 0
        try reader.enterArray()
        while try reader.nextElement() {
            if count < limits.items {
                if let item = try readItem(count) { items.append(item) }
            } else {
                try reader.skipValue()
            }
            count += 1
        }
        if count == 0 { invalid("must have at least 1 item", "/items") }
        if count > limits.items {
            // Insert this violation before those of the items. Otherwise the limit may cut it off.
            let detail = "must have at most \(limits.items) items, got \(count)"
            let index = min(violationsBefore, limits.violations - 1)
            violations.insert(Violation(detail, at: "/items"), at: index)
            violations.removeLast(max(0, violations.count - limits.violations))
        }
        return items
    }

    private mutating func readItem(_ index: Int) throws(JSONError) -> PlaceOrder.Line? {
        // A pointer is an autoclosure, so its string is created only for a violation.
        var productID: Range<Int>?
        var quantity: Int?
        var unitPrice: Money?
        guard try expect(.object, "/items/\(index)") else { return nil }
        var seen = Fields()
        try reader.enterObject()
        while let key = try reader.nextKey() {
            if reader.equals(key, "product_id") {
                seen.note(.productID, &self, "/items/\(index)/product_id")
                productID = try readID("/items/\(index)/product_id")
            } else if reader.equals(key, "quantity") {
                seen.note(.quantity, &self, "/items/\(index)/quantity")
                quantity = try readQuantity("/items/\(index)/quantity")
            } else if reader.equals(key, "unit_price") {
                seen.note(.unitPrice, &self, "/items/\(index)/unit_price")
                unitPrice = try readMoney("/items/\(index)/unit_price")
            } else if reader.equals(key, "currency") {
                seen.note(.currency, &self, "/items/\(index)/currency")
                try readCurrency("/items/\(index)/currency")
            } else {
                try reader.skipValue()
            }
        }
        if !seen.contains(.productID) { wrongShape("is missing", "/items/\(index)/product_id") }
        if !seen.contains(.quantity) { wrongShape("is missing", "/items/\(index)/quantity") }
        if !seen.contains(.unitPrice) { wrongShape("is missing", "/items/\(index)/unit_price") }
        guard let productID, let quantity, let unitPrice else { return nil }
        return PlaceOrder.Line(productID: productID, quantity: quantity, unitPrice: unitPrice)
    }

    // MARK: Values

    /// Returns the place of the ID in ``text``.
    private mutating func readID(
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

    private mutating func readQuantity(
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

    private mutating func readMoney(
        _ pointer: @autoclosure () -> String
    ) throws(JSONError) -> Money? {
        let kind = try reader.nextKind()
        let text: JSONString
        switch kind {
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
    private mutating func readCurrency(_ pointer: @autoclosure () -> String) throws(JSONError) {
        guard try expect(.string, pointer()) else { return }
        let string = try reader.string()
        guard reader.withUTF8(string, { Currency($0) }) != currency else { return }
        invalid("must be \(currency), which all amounts here are in", pointer())
    }

    /// Checks the type of the next value.
    ///
    /// A value of another type becomes a violation and is skipped.
    @inline(__always)
    private mutating func expect(
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

    // MARK: Violations

    fileprivate mutating func wrongShape(_ detail: String, _ pointer: String) {
        hasWrongShape = true
        invalid(detail, pointer)
    }

    private mutating func invalid(_ detail: String, _ pointer: String) {
        guard violations.count < limits.violations else { return }
        violations.append(Violation(detail, at: pointer))
    }
}

/// The fields that were read in one object.
///
/// A duplicate field is a violation, because programs differ in which one they use (RFC 8259 §4).
private struct Fields: OptionSet {
    let rawValue: UInt8

    static let customerID = Fields(rawValue: 1)
    static let items = Fields(rawValue: 2)
    static let totalAmount = Fields(rawValue: 4)
    static let productID = Fields(rawValue: 8)
    static let quantity = Fields(rawValue: 16)
    static let unitPrice = Fields(rawValue: 32)
    static let currency = Fields(rawValue: 64)

    mutating func note(
        _ field: Fields,
        _ decoder: inout PlaceOrderDecoder,
        _ pointer: @autoclosure () -> String
    ) {
        if contains(field) { decoder.wrongShape("is there twice", pointer()) }
        insert(field)
    }
}
