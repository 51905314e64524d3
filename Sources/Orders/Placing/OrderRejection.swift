package import Text

/// Why an order was not taken.
package enum OrderRejection: Error, Equatable, Sendable {
    /// The body is not JSON.
    case notJSON(JSONError)
    /// A field is missing, sent twice or of the wrong type. All violations are listed, those of
    /// meaning too.
    case wrongShape([Violation])
    /// The shape is right, the meaning is not.
    case invalid([Violation])
}

/// One thing that is wrong with an order.
package struct Violation: Equatable, Sendable {
    /// What the value must be, for a person.
    package let detail: String
    /// Where it stands (RFC 6901), such as `/items/0/quantity`.
    package let pointer: String

    package init(_ detail: String, at pointer: String) {
        self.detail = detail
        self.pointer = pointer
    }
}
