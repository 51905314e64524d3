@testable import Orders

/// What became of a body, as text that a table can hold.
func outcome(_ body: String) -> String { outcome(Array(body.utf8)) }

func outcome(_ body: [UInt8]) -> String {
    do throws(OrderRejection) {
        _ = try PlaceOrder.decode(body)
        return "taken"
    } catch {
        switch error {
        case .notJSON: return "not JSON"
        case .wrongShape(let violations): return "wrong shape: " + text(violations)
        case .invalid(let violations): return "invalid: " + text(violations)
        }
    }
}

private func text(_ violations: [Violation]) -> String {
    violations.map { "\($0.pointer) \($0.detail)" }.joined(separator: "; ")
}

/// A body with one item, of which each value can be replaced by other JSON text.
func body(
    customer: String = "\"c1\"",
    product: String = "\"p1\"",
    quantity: String = "2",
    price: String = "\"9.99\"",
    total: String? = nil
) -> String {
    let item = "{\"product_id\":\(product),\"quantity\":\(quantity),\"unit_price\":\(price)}"
    let tail = total.map { ",\"total_amount\":\($0)" } ?? ""
    return "{\"customer_id\":\(customer),\"items\":[\(item)]\(tail)}"
}
