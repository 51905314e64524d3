package import Text

/// Why an order was refused.
package enum OrderRejection: Error, Equatable, Sendable {
    /// The body is not JSON.
    case notJSON(JSONError)
    /// A field is missing, sent twice or of the wrong type. Violations of the other kind are listed as
    /// well.
    case wrongShape([Violation])
    /// All fields are there with the right types, but some values are not allowed.
    case invalid([Violation])
}

/// One fault of an order.
package struct Violation: Equatable, Sendable {
    /// What the value must be, in words for a person.
    package let detail: String
    /// The place of the value as a JSON pointer (RFC 6901), such as `/items/0/quantity`.
    package let pointer: String

    package init(_ detail: String, at pointer: String) {
        self.detail = detail
        self.pointer = pointer
    }
}
