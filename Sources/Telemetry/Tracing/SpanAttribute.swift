/// A named value of a span or of a resource.
package struct SpanAttribute: Equatable, Sendable {
    package enum Value: Equatable, Sendable {
        case text(String)
        case number(Int64)
    }

    /// A name of the semantic conventions where they have one, such as `http.route`.
    package let name: String
    package let value: Value

    package init(_ name: String, _ value: Value) {
        self.name = name
        self.value = value
    }

    package init(_ name: String, _ text: String) { self.init(name, .text(text)) }

    package init(_ name: String, _ number: Int64) { self.init(name, .number(number)) }
}
