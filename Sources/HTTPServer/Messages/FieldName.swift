/// The name of a field (RFC 9110 §5.1), in the spelling that responses use.
///
/// It points to a constant of the program, so a copy neither allocates memory nor counts
/// references. Names are equal when they differ only in the case of ASCII letters.
package struct FieldName: Equatable, Sendable {
    package let text: StaticString

    /// - Parameter text: A token (RFC 9110 §5.6.2); debug builds check this.
    package init(_ text: StaticString) {
        assert(Self.isToken(text), "\(text) is no field name")
        self.text = text
    }

    private static func isToken(_ text: StaticString) -> Bool {
        text.utf8CodeUnitCount > 0
            && text.withUTF8Buffer { $0.allSatisfy { Octets.token.contains($0) } }
    }

    package static func == (left: FieldName, right: FieldName) -> Bool {
        right.text.withUTF8Buffer { left.isAt(0..<$0.count, of: $0.span) }
    }

    /// Returns whether `range` of received bytes is this name.
    @inline(__always)
    func isAt(_ range: Range<Int>, of bytes: Span<UInt8>) -> Bool {
        Octets.equal(bytes, range, ignoringCase: text)
    }
}

extension FieldName {
    package static let accept = FieldName("Accept")
    package static let acceptEncoding = FieldName("Accept-Encoding")
    package static let allow = FieldName("Allow")
    package static let cacheControl = FieldName("Cache-Control")
    package static let contentEncoding = FieldName("Content-Encoding")
    package static let contentType = FieldName("Content-Type")
    package static let eTag = FieldName("ETag")
    package static let ifMatch = FieldName("If-Match")
    package static let ifNoneMatch = FieldName("If-None-Match")
    package static let location = FieldName("Location")
    package static let retryAfter = FieldName("Retry-After")
    package static let upgrade = FieldName("Upgrade")
    package static let vary = FieldName("Vary")
}
