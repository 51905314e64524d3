internal import HTTPServer

/// A media type that the server offers for a response (RFC 9110 §12.1).
struct OfferedType: Sendable {
    /// The name of the type in lower case.
    let name: StaticString

    init(_ name: StaticString) {
        self.name = name
    }

    /// Returns the type that the client prefers, the first in case of a tie; `nil` when it accepts
    /// none.
    ///
    /// - Parameter offered: The types to choose from; not empty.
    static func preferred(of offered: [OfferedType], _ fields: FieldSection) -> OfferedType? {
        if AcceptField.takesEverything(fields) { return offered[0] }
        var best: (type: OfferedType, weight: Int)?
        for type in offered {
            let weight = AcceptField.weight(of: type.name, in: fields)
            if weight > best?.weight ?? 0 { best = (type, weight) }
        }
        return best?.type
    }
}
