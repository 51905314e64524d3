/// One method on one path pattern, such as `GET /orders/{id}`.
///
/// It is a class, because every request examines several routes and must not copy them.
package final class Route: Sendable {
    package typealias Handler = @Sendable (Request) -> Answer

    package let method: Method
    /// The pattern as it was given, such as `/orders/{id}`; metrics use it as one name for all
    /// paths of this route.
    package let pattern: String
    package let handler: Handler
    /// The largest content in bytes; `nil` means ``ServerLimits/bodyBytes``.
    let bodyLimitBytes: Int?
    /// The time limit for the response, counted from the complete request.
    ///
    /// After it, the task that creates the response is cancelled, and an HTTP/1.1 connection closes
    /// after the response.
    let deadline: Duration?
    /// Whether the route is for monitoring; the limit on a client's requests does not apply to it.
    package let isMonitoring: Bool
    /// The constant pieces of the pattern before, between and after its parameters, concatenated,
    /// followed by the end of each piece.
    private let literal: [UInt8]
    private let ends: SIMD8<UInt16>
    private let pieceCount: Int

    /// - Parameter pattern: A path. Each of its segments may be a `{name}`, which matches any one
    ///   segment that is not empty: see ``Request/parameter(_:)``.
    package init(
        _ method: Method,
        _ pattern: String,
        bodyLimitBytes: Int? = nil,
        deadline: Duration? = nil,
        isMonitoring: Bool = false,
        _ handler: @escaping Handler
    ) {
        precondition(pattern.hasPrefix("/"), "a pattern is a path")
        self.method = method
        self.pattern = pattern
        self.bodyLimitBytes = bodyLimitBytes
        self.deadline = deadline
        self.isMonitoring = isMonitoring
        self.handler = handler
        let pieces = Self.pieces(of: pattern)
        precondition(pieces.count - 1 <= PathParameters.Limits.count, "too many parameters")
        pieceCount = pieces.count
        literal = Array(pieces.joined())
        var ends = SIMD8<UInt16>()
        var end = 0
        for (index, piece) in pieces.enumerated() {
            end += piece.count
            ends[index] = UInt16(end)
        }
        self.ends = ends
    }

    private static func pieces(of pattern: String) -> [[UInt8]] {
        let parts = pattern.utf8.split(omittingEmptySubsequences: false) {
            $0 == UInt8(ascii: "{") || $0 == UInt8(ascii: "}")
        }
        precondition(parts.count % 2 == 1, "a brace has no other")
        let pieces = stride(from: 0, to: parts.count, by: 2).map { Array(parts[$0]) }
        for (index, piece) in pieces.enumerated() {
            let isFirst = index == 0
            let isLast = index == pieces.count - 1
            precondition(isLast || piece.last == Octets.slash, "a parameter is a segment")
            precondition(
                isFirst || piece.first == Octets.slash || isLast && piece.isEmpty,
                "a parameter is a segment"
            )
        }
        return pieces
    }

    /// Compares a path with this pattern.
    ///
    /// Paths are compared as they were sent: `/orders` and `/%6Frders` are different resources
    /// here, which RFC 3986 §6.2.2.2 allows (a client must not rely on their equality).
    ///
    /// - Parameters:
    ///   - offset: The offset of the path in its head.
    ///   - parameters: Receives the pattern's parameters if the path matches.
    func match(
        _ path: UnsafeBufferPointer<UInt8>,
        at offset: Int,
        _ parameters: inout PathParameters
    ) -> Bool {
        // Most paths are of another length than a pattern without parameters.
        if pieceCount == 1, path.count != literal.count { return false }
        parameters.removeAll()
        return literal.withUnsafeBufferPointer { literal in
            var index = 0
            var start = 0
            for piece in 0..<pieceCount {
                if piece > 0 {
                    let end = Octets.first(Octets.slash, in: path.span, from: index)
                    guard end > index else { return false }
                    parameters.append(offset + index..<offset + end)
                    index = end
                }
                let end = Int(ends[piece])
                guard end - start <= path.count - index else { return false }
                while start < end {
                    guard path[index] == literal[start] else { return false }
                    index += 1
                    start += 1
                }
            }
            return index == path.count
        }
    }
}
