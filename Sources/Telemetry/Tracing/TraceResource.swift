/// What is true of all spans of a process.
package struct TraceResource: Equatable, Sendable {
    /// The attributes; their names differ.
    package private(set) var attributes: [SpanAttribute] = []

    package init(_ attributes: [SpanAttribute] = []) {
        for attribute in attributes { set(attribute) }
    }

    /// Sets an attribute, instead of one with the same name.
    package mutating func set(_ attribute: SpanAttribute) {
        attributes.removeAll { $0.name == attribute.name }
        attributes.append(attribute)
    }
}
