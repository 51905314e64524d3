/// One method on one path pattern, such as `GET /orders/{id}`.
///
/// A class, for every request looks at some of them.
package final class Route: Sendable {
    package typealias Handler = @Sendable (Request) -> Answer

    let method: Method
    package let handler: Handler
    /// What stands in the pattern before and after its `{name}`; without one, the whole pattern.
    private let prefix: [UInt8]
    private let suffix: [UInt8]
    private let hasParameter: Bool

    /// - Parameter pattern: A path. One of its segments may be a `{name}`, which matches any one
    ///   segment that is not empty: see ``Request/parameter``.
    package init(
        _ method: Method,
        _ pattern: String,
        _ handler: @escaping Handler
    ) {
        precondition(pattern.hasPrefix("/"), "a pattern is a path")
        self.method = method
        self.handler = handler
        let parts = pattern.utf8.split(omittingEmptySubsequences: false) {
            $0 == UInt8(ascii: "{") || $0 == UInt8(ascii: "}")
        }
        precondition(parts.count == 1 || parts.count == 3, "a pattern has one parameter at most")
        prefix = Array(parts[0])
        suffix = parts.count == 3 ? Array(parts[2]) : []
        hasParameter = parts.count == 3
        precondition(!hasParameter || prefix.last == Octets.slash, "a parameter is a segment")
        precondition(suffix.first ?? Octets.slash == Octets.slash, "a parameter is a segment")
    }

    /// What a path has to do with a pattern.
    enum Match: Equatable {
        case none
        /// - Parameter parameter: Where in the path the pattern's parameter lies.
        case whole(parameter: Range<Int>?)
    }

    /// Compares a path with this pattern.
    ///
    /// Paths are compared as they were sent: `/orders` and `/%6Frders` are different resources here,
    /// which RFC 3986 §6.2.2.2 allows (a client must not rely on their being equal).
    func match(_ path: ArraySlice<UInt8>) -> Match {
        path.withUnsafeBufferPointer { bytes in
            let end = bytes.count - suffix.count
            guard hasParameter ? end > prefix.count : end == prefix.count,
                Self.has(bytes, prefix, at: 0), Self.has(bytes, suffix, at: end)
            else { return .none }
            guard hasParameter else { return .whole(parameter: nil) }
            guard !Octets.contain(bytes[prefix.count..<end], Octets.slash) else { return .none }
            let start = path.startIndex
            return .whole(parameter: start + prefix.count..<start + end)
        }
    }

    private static func has(
        _ bytes: UnsafeBufferPointer<UInt8>,
        _ part: [UInt8],
        at offset: Int
    ) -> Bool {
        for index in 0..<part.count where bytes[offset + index] != part[index] { return false }
        return true
    }
}
