package import Text

/// The reason why an order was rejected.
package enum OrderRejection: Error, Equatable, Sendable {
    /// The body is not JSON.
    case notJSON(JSONError)
    /// A field is missing, sent twice or of the wrong type.
    ///
    /// The list also contains the values that are not allowed.
    case wrongShape([Violation])
    /// All fields exist with the right types, but some values are not allowed.
    case invalid([Violation])
}

/// One violation in an order.
package struct Violation: Equatable, Sendable {
    /// The rule for the value, in words for people.
    package let detail: String
    /// The place of the value as a JSON pointer (RFC 6901), such as `/items/0/quantity`.
    package let pointer: String

    package init(_ detail: String, at pointer: String) {
        self.detail = detail
        self.pointer = pointer
    }
}
