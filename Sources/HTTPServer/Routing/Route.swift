package import HTTPTypes

/// What stands in a path where its route has a name.
package struct PathParameter: Sendable {
    package let name: String
    /// Still percent-encoded.
    package let value: ArraySlice<UInt8>
}

/// One method on one path pattern, such as `GET /orders/{id}`.
///
/// A class, for every request looks at some of them.
package final class Route: Sendable {
    package typealias Handler = @Sendable (Request) -> Answer

    enum Segment: Sendable {
        case literal([UInt8])
        case parameter(String)
    }

    let method: HTTPRequest.Method
    let segments: [Segment]
    let handler: Handler

    /// - Parameter pattern: A path whose `{name}` segments match any one non-empty segment.
    package init(
        _ method: HTTPRequest.Method,
        _ pattern: String,
        _ handler: @escaping Handler
    ) {
        precondition(pattern.hasPrefix("/"), "a pattern is a path")
        self.method = method
        self.handler = handler
        segments = pattern.utf8.dropFirst().split(
            separator: Octets.slash,
            omittingEmptySubsequences: false
        ).map { segment in
            if segment.first == UInt8(ascii: "{"), segment.last == UInt8(ascii: "}") {
                return .parameter(String(decoding: segment.dropFirst().dropLast(), as: UTF8.self))
            }
            return .literal(Array(segment))
        }
    }

    /// The parameters of a path that this pattern matches, or `nil`.
    ///
    /// Paths are compared as they were sent: `/orders` and `/%6Frders` are different resources here,
    /// which RFC 3986 §6.2.2.2 allows (a client must not rely on their being equal).
    func match(_ path: ArraySlice<UInt8>) -> [PathParameter]? {
        var parameters: [PathParameter] = []
        var rest = path.dropFirst()
        for (index, segment) in segments.enumerated() {
            let end = rest.firstIndex(of: Octets.slash) ?? rest.endIndex
            let part = rest[..<end]
            switch segment {
            case .literal(let wanted):
                guard part.elementsEqual(wanted) else { return nil }
            case .parameter(let name):
                guard !part.isEmpty else { return nil }
                parameters.append(PathParameter(name: name, value: part))
            }
            let isLast = index == segments.count - 1
            guard isLast == (end == rest.endIndex) else { return nil }
            rest = isLast ? [] : rest[(end + 1)...]
        }
        return parameters
    }
}
