internal import Text

/// Reads the body of `POST /orders` in one pass, and collects all violations.
struct PlaceOrderDecoder {
    /// The items of most orders, for which memory is reserved.
    private static let usualItems = 4

    let currency: Currency
    let limits: OrderLimits
    var reader: JSONReader
    private var violations: [Violation] = []
    private var hasWrongShape = false

    /// Where the IDs are: the body, with the IDs that had to be written in another way behind it.
    var text: [UInt8]
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
        while let field = try nextOrderField() {
            switch field {
            case .customerID:
                seen.note(field, &self, "/customer_id")
                customerID = try readID("/customer_id")
            case .items:
                seen.note(field, &self, "/items")
                items = try readItems()
            case .totalAmount:
                seen.note(field, &self, "/total_amount")
                sentTotal = try readMoney("/total_amount")
            case .currency:
                seen.note(field, &self, "/currency")
                try readCurrency("/currency")
            default: try reader.skipValue()
            }
        }
        try reader.finish()
        if !seen.contains(.customerID) { wrongShape("is missing", "/customer_id") }
        if !seen.contains(.items) { wrongShape("is missing", "/items") }
        checkTotal()
    }

    /// Reads up to the value of the order's next member; `nil` after the last.
    @inline(__always)
    private mutating func nextOrderField() throws(JSONError) -> Field? {
        if reader.nextKey(is: "\"customer_id\":") { return .customerID }
        if reader.nextKey(is: "\"items\":") { return .items }
        guard let key = try reader.nextKey() else { return nil }
        if reader.equals(key, "customer_id") { return .customerID }
        if reader.equals(key, "items") { return .items }
        if reader.equals(key, "total_amount") { return .totalAmount }
        if reader.equals(key, "currency") { return .currency }
        return .other
    }

    private mutating func checkTotal() {
        guard let items, violations.isEmpty else { return }
        total = Money.total(of: items) { $0.unitPrice.multiplied(by: $0.quantity) }
        guard let total else {
            invalid("the order's total must be at most \(Money.maximum)", "/items")
            return
        }
        if let sentTotal, sentTotal != total {
            invalid("must be the sum of the items, \(total), got \(sentTotal)", "/total_amount")
        }
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
        while let field = try nextItemField() {
            switch field {
            case .productID:
                seen.note(field, &self, "/items/\(index)/product_id")
                productID = try readID("/items/\(index)/product_id")
            case .quantity:
                seen.note(field, &self, "/items/\(index)/quantity")
                quantity = try readQuantity("/items/\(index)/quantity")
            case .unitPrice:
                seen.note(field, &self, "/items/\(index)/unit_price")
                unitPrice = try readMoney("/items/\(index)/unit_price")
            case .currency:
                seen.note(field, &self, "/items/\(index)/currency")
                try readCurrency("/items/\(index)/currency")
            default: try reader.skipValue()
            }
        }
        if !seen.contains(.productID) { wrongShape("is missing", "/items/\(index)/product_id") }
        if !seen.contains(.quantity) { wrongShape("is missing", "/items/\(index)/quantity") }
        if !seen.contains(.unitPrice) { wrongShape("is missing", "/items/\(index)/unit_price") }
        guard let productID, let quantity, let unitPrice else { return nil }
        return PlaceOrder.Line(productID: productID, quantity: quantity, unitPrice: unitPrice)
    }

    /// Reads up to the value of an item's next member; `nil` after the last.
    @inline(__always)
    private mutating func nextItemField() throws(JSONError) -> Field? {
        if reader.nextKey(is: "\"product_id\":") { return .productID }
        if reader.nextKey(is: "\"quantity\":") { return .quantity }
        if reader.nextKey(is: "\"unit_price\":") { return .unitPrice }
        guard let key = try reader.nextKey() else { return nil }
        if reader.equals(key, "product_id") { return .productID }
        if reader.equals(key, "quantity") { return .quantity }
        if reader.equals(key, "unit_price") { return .unitPrice }
        if reader.equals(key, "currency") { return .currency }
        return .other
    }

    // MARK: Violations

    mutating func wrongShape(_ detail: String, _ pointer: String) {
        hasWrongShape = true
        invalid(detail, pointer)
    }

    mutating func invalid(_ detail: String, _ pointer: String) {
        guard violations.count < limits.violations else { return }
        violations.append(Violation(detail, at: pointer))
    }
}

/// A field of an order or an item.
private enum Field: UInt8 {
    case customerID, items, totalAmount, currency, productID, quantity, unitPrice, other
}

/// The fields that were read in one object.
///
/// A duplicate field is a violation, because programs differ in which one they use (RFC 8259 §4).
private struct Fields {
    private var bits: UInt8 = 0

    func contains(_ field: Field) -> Bool { bits & 1 &<< field.rawValue != 0 }

    mutating func note(
        _ field: Field,
        _ decoder: inout PlaceOrderDecoder,
        _ pointer: @autoclosure () -> String
    ) {
        if contains(field) { decoder.wrongShape("is there twice", pointer()) }
        bits |= 1 &<< field.rawValue
    }
}
