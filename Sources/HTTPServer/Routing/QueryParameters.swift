/// The names and values of a query, decoded (RFC 3986 §3.4).
///
/// Pairs are separated by `&`, and name and value by the first `=`. `+` means a space, because HTML
/// forms and libraries that build queries encode a space this way (WHATWG URL,
/// application/x-www-form-urlencoded). Clients encode a plus sign as `%2B`, as these libraries do.
package struct QueryParameters: Equatable, Sendable {
    package struct Pair: Equatable, Sendable {
        package let name: String
        package let value: String
    }

    /// The reason why a query cannot be parsed.
    package enum Failure: Error, Equatable {
        /// A `%` is not followed by two hexadecimal digits (RFC 3986 §2.1).
        case malformedEscape
        /// The decoded bytes are not UTF-8.
        case notUTF8
        /// There are more pairs than ``Limits/pairs``.
        case tooManyPairs
    }

    package enum Limits {
        /// The most pairs of a query, which is more than any route has parameters.
        package static let pairs = 64
    }

    /// The pairs in the order of the query; a name may occur more than once.
    package private(set) var pairs: [Pair] = []

    /// - Parameter query: The part after the `?`, or `nil`. Empty pairs, as in `a=1&&b=2`, are
    ///   skipped; a name without `=` has an empty value.
    package init(_ query: ArraySlice<UInt8>?) throws(Failure) {
        for part in (query ?? []).split(separator: UInt8(ascii: "&")) {
            guard pairs.count < Limits.pairs else { throw .tooManyPairs }
            let split = part.firstIndex(of: Octets.equals)
            pairs.append(
                Pair(
                    name: try Self.decode(part[..<(split ?? part.endIndex)]),
                    value: try Self.decode(split.map { part[($0 + 1)...] } ?? [])
                )
            )
        }
    }

    /// The first value of a name.
    package subscript(name: String) -> String? { pairs.first { $0.name == name }?.value }

    /// Returns all values of a name, in order.
    package func all(_ name: String) -> [String] {
        pairs.compactMap { $0.name == name ? $0.value : nil }
    }

    private static func decode(_ text: ArraySlice<UInt8>) throws(Failure) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count)
        var index = text.startIndex
        while index < text.endIndex {
            switch text[index] {
            case UInt8(ascii: "+"):
                bytes.append(Octets.space)
                index += 1
            case Octets.percent:
                guard index + 2 < text.endIndex, let high = Octets.hexValue(text[index + 1]),
                    let low = Octets.hexValue(text[index + 2])
                else { throw .malformedEscape }
                bytes.append(high << 4 | low)
                index += 3
            case let byte:
                bytes.append(byte)
                index += 1
            }
        }
        guard let decoded = String(validating: bytes, as: UTF8.self) else { throw .notUTF8 }
        return decoded
    }
}
