@testable import Orders
import Text

/// The order in a body, read in the plainest way: with a string for every ID, and digit by digit.
///
/// What the program makes of a body is compared with it.
struct ModelDecoder {
    private let currency: Currency
    private let limits: OrderLimits
    private var reader: JSONReader
    private var violations: [Violation] = []
    private var hasWrongShape = false

    private var customerID: String?
    private var items: [OrderItem]?
    private var sentTotal: Money?

    struct Order: Equatable {
        let customerID: String
        let items: [OrderItem]
        let totalAmount: Money
    }

    static func decode(_ body: [UInt8]) throws(OrderRejection) -> Order {
        var decoder = ModelDecoder(body, currency: .usd, limits: .default)
        do throws(JSONError) {
            try decoder.readBody()
        } catch {
            throw .notJSON(error)
        }
        return try decoder.command()
    }

    private init(_ body: [UInt8], currency: Currency, limits: OrderLimits) {
        self.currency = currency
        self.limits = limits
        reader = JSONReader(body)
    }

    private func command() throws(OrderRejection) -> Order {
        guard violations.isEmpty, let customerID, let items, let total = OrderItem.total(items)
        else {
            throw hasWrongShape ? .wrongShape(violations) : .invalid(violations)
        }
        return Order(customerID: customerID, items: items, totalAmount: total)
    }

    private mutating func readBody() throws(JSONError) {
        guard try reader.nextKind() == .object else {
            let kind = try reader.nextKind()
            try reader.skipValue()
            try reader.finish()
            wrongShape("must be an object, got \(kind.rawValue)", "")
            return
        }
        var seen = ModelFields()
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
        guard let total = OrderItem.total(items) else {
            invalid("the order's total must be at most \(Money.maximum)", "/items")
            return
        }
        if let sentTotal, sentTotal != total {
            invalid("must be the sum of the items, \(total), got \(sentTotal)", "/total_amount")
        }
    }

    private mutating func readItems() throws(JSONError) -> [OrderItem]? {
        guard try expect(.array, "/items") else { return nil }
        let violationsBefore = violations.count
        var items: [OrderItem] = []
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

    private mutating func readItem(_ index: Int) throws(JSONError) -> OrderItem? {
        // A pointer is an autoclosure, so its string is created only for a violation.
        var productID: String?
        var quantity: Int?
        var unitPrice: Money?
        guard try expect(.object, "/items/\(index)") else { return nil }
        var seen = ModelFields()
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
        return OrderItem(productID: productID, quantity: quantity, unitPrice: unitPrice)
    }

    private mutating func readID(
        _ pointer: @autoclosure () -> String
    ) throws(JSONError) -> String? {
        guard try expect(.string, pointer()) else { return nil }
        let string = try reader.string()
        let text = reader.text(string)
        // The length is counted in Unicode scalars.
        if text.unicodeScalars.contains(where: {
            $0.value < 0x20 || (0x7F...0x9F).contains($0.value)
        }) {
            invalid("must not hold control characters", pointer())
            return nil
        }
        let length = text.unicodeScalars.count
        guard (1...limits.idCharacters).contains(length) else {
            invalid("must have 1 to \(limits.idCharacters) characters, got \(length)", pointer())
            return nil
        }
        return text
    }

    private mutating func readQuantity(
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
            _ = try expect(.string, pointer(), or: "a decimal number")
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

    private mutating func readCurrency(_ pointer: @autoclosure () -> String) throws(JSONError) {
        guard try expect(.string, pointer()) else { return }
        let string = try reader.string()
        guard reader.withUTF8(string, { Currency($0) }) != currency else { return }
        invalid("must be \(currency), which all amounts here are in", pointer())
    }

    private mutating func expect(
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

    mutating func wrongShape(_ detail: String, _ pointer: String) {
        hasWrongShape = true
        invalid(detail, pointer)
    }

    private mutating func invalid(_ detail: String, _ pointer: String) {
        guard violations.count < limits.violations else { return }
        violations.append(Violation(detail, at: pointer))
    }
}
