internal import Text

/// The command to place an order, validated.
///
/// It keeps the text in which the order came: its event has the IDs in the same spelling.
package struct PlaceOrder: Sendable {
    /// An item, whose product ID is a part of ``text``.
    struct Line {
        let productID: Range<Int>
        let quantity: Int
        let unitPrice: Money
    }

    /// Text with the IDs as events have them: the inside of JSON strings, with no needless escapes.
    let text: [UInt8]
    let customer: Range<Int>
    let lines: [Line]
    /// The sum of the items' prices.
    package let totalAmount: Money

    init(text: [UInt8], customer: Range<Int>, lines: [Line], totalAmount: Money) {
        self.text = text
        self.customer = customer
        self.lines = lines
        self.totalAmount = totalAmount
    }

    /// Reads and validates the body of `POST /orders`.
    ///
    /// - Parameter currency: The currency of all amounts; another currency is rejected.
    /// - Throws: ``OrderRejection`` with all violations, up to the limit.
    package static func decode(
        _ body: [UInt8],
        currency: Currency = .usd,
        limits: OrderLimits = .default
    ) throws(OrderRejection) -> PlaceOrder {
        var decoder = PlaceOrderDecoder(body, currency: currency, limits: limits)
        do throws(JSONError) {
            try decoder.readBody()
        } catch {
            throw .notJSON(error)
        }
        return try decoder.command()
    }

    package var customerID: String { string(customer) }

    package var items: [OrderItem] {
        lines.map {
            OrderItem(
                productID: string($0.productID),
                quantity: $0.quantity,
                unitPrice: $0.unitPrice
            )
        }
    }

    private func string(_ range: Range<Int>) -> String {
        JSONReader(text).text(JSONString(range: range, hasEscapes: true))
    }
}

extension PlaceOrder {
    /// The command that an event followed from.
    init(_ created: OrderCreated) {
        var text: [UInt8] = []
        let customer = Self.append(created.customerID, to: &text)
        let lines = created.items.map {
            Line(
                productID: Self.append($0.productID, to: &text),
                quantity: $0.quantity,
                unitPrice: $0.unitPrice
            )
        }
        self.init(text: text, customer: customer, lines: lines, totalAmount: created.totalAmount)
    }

    /// Appends an ID as ``text`` has it, and returns its place.
    static func append(_ id: String, to text: inout [UInt8]) -> Range<Int> {
        let start = text.count
        let utf8 = id.utf8.span
        text.append(addingCapacity: JSONString.mostBytes(of: utf8)) { $0.append(escaping: utf8) }
        return start..<text.count
    }
}
