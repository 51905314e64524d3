internal import HTTPServer

/// A media type that an answer can be given as (RFC 9110 §12.1).
struct OfferedType: Sendable {
    /// In lower case.
    let name: StaticString

    init(_ name: StaticString) {
        self.name = name
    }

    /// The one that a client wants most, the first of several; `nil` when it takes none of them.
    ///
    /// - Parameter offered: Not empty.
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
