/// The media types that a client accepts in a response (RFC 9110 §12.5.1).
///
/// Parameters of a media range other than its weight are ignored, because many clients add a
/// charset.
package enum AcceptField {
    package enum Limits {
        /// The most media ranges that are evaluated, empty ones included; browsers send up to ten.
        ///
        /// If the field has more ranges, a type that the first ones do not name is acceptable: a
        /// server may treat the field as absent (§12.5.1).
        package static let ranges = 64
        /// The most parameters of a range that are searched for its weight.
        static let parameters = 8
    }

    /// Returns the weight of a media type in thousandths; 0 means not acceptable (RFC 9110
    /// §12.4.2).
    ///
    /// The most specific matching range decides. Invalid media ranges are skipped; a field without
    /// a valid range accepts everything.
    ///
    /// - Parameter type: A media type in lower case, such as `application/json`.
    package static func weight(of type: StaticString, in fields: FieldSection) -> Int {
        var best: (precision: Int, weight: Int)?
        var hasRange = false
        let isWhole = fields.forEachMember(of: .accept, limit: Limits.ranges, quoting: .strings) {
            bytes,
            member in
            guard let range = MediaRange(bytes, member) else { return true }
            hasRange = true
            if let precision = range.precision(type, in: bytes), precision > best?.precision ?? -1 {
                best = (precision, range.weight(in: bytes))
            }
            return true
        }
        return best?.weight ?? (hasRange && isWhole ? 0 : MediaRange.fullWeight)
    }

    /// Returns whether the field is absent or only `*/*`, as most clients other than browsers send
    /// it.
    ///
    /// Such a field needs no parsing.
    package static func takesEverything(_ fields: FieldSection) -> Bool {
        switch fields.single(.accept) {
        case .absent: true
        case .once(let value): value.isEqual(ignoringCase: "*/*")
        case .repeated: false
        }
    }
}

/// One member of `Accept`: `type/subtype`, with optional parameters.
private struct MediaRange {
    static let fullWeight = 1000

    private let name: Range<Int>
    private let slash: Int
    private let parameters: Range<Int>

    init?(_ bytes: Span<UInt8>, _ member: Range<Int>) {
        var end = member.lowerBound
        var slash: Int?
        while end < member.upperBound, bytes[end] != Octets.semicolon,
            !Octets.isWhitespace(bytes[end])
        {
            if bytes[end] == Octets.slash {
                guard slash == nil else { return nil }
                slash = end
            }
            end += 1
        }
        guard let slash, slash > member.lowerBound, slash + 1 < end else { return nil }
        self.slash = slash
        name = member.lowerBound..<end
        parameters = end..<member.upperBound
    }

    /// Returns how specifically the range matches a media type; `nil` when it does not match.
    func precision(_ type: StaticString, in bytes: Span<UInt8>) -> Int? {
        if Octets.equal(bytes, name, ignoringCase: type) { return 2 }
        guard slash + 2 == name.upperBound, bytes[slash + 1] == Octets.asterisk else { return nil }
        if name.count == 3, bytes[name.lowerBound] == Octets.asterisk { return 0 }
        return hasType(of: type, in: bytes) ? 1 : nil
    }

    /// Returns whether the part before the slash is the same.
    private func hasType(of type: StaticString, in bytes: Span<UInt8>) -> Bool {
        let count = slash + 1 - name.lowerBound
        guard count <= type.utf8CodeUnitCount else { return false }
        for index in 0..<count
        where Octets.lowercased(bytes[name.lowerBound + index]) != type.utf8Start[index] {
            return false
        }
        return true
    }

    /// Returns the value of the first parameter `q`, or the full weight when none can be parsed.
    func weight(in bytes: Span<UInt8>) -> Int {
        precondition(parameters.upperBound <= bytes.count, "a range beyond its bytes")
        var index = parameters.lowerBound
        var left = AcceptField.Limits.parameters
        var isQuoted = false
        while index < parameters.upperBound {
            switch bytes[unchecked: index] {
            case Octets.quote: isQuoted.toggle()
            case Octets.backslash where isQuoted: index += 1
            case Octets.semicolon where !isQuoted:
                if let weight = weight(after: index, in: bytes) { return weight }
                left -= 1
                if left == 0 { return Self.fullWeight }
            default: break
            }
            index += 1
        }
        return Self.fullWeight
    }

    private func weight(after semicolon: Int, in bytes: Span<UInt8>) -> Int? {
        var start = semicolon + 1
        let end = parameters.upperBound
        while start < end, Octets.isWhitespace(bytes[start]) { start += 1 }
        guard start + 1 < end, Octets.lowercased(bytes[start]) == UInt8(ascii: "q"),
            bytes[start + 1] == Octets.equals
        else { return nil }
        return Self.weight(bytes, start + 2..<end)
    }

    /// Parses `0` or `1` with up to three decimals; further decimals are ignored.
    private static func weight(_ bytes: Span<UInt8>, _ text: Range<Int>) -> Int {
        guard let first = text.first, Octets.isDigit(bytes[first]) else { return fullWeight }
        guard bytes[first] == UInt8(ascii: "0") else { return fullWeight }
        guard first + 1 < text.upperBound, bytes[first + 1] == UInt8(ascii: ".") else { return 0 }
        var weight = 0
        var unit = 100
        var index = first + 2
        while unit > 0, index < text.upperBound, Octets.isDigit(bytes[index]) {
            weight += Int(bytes[index] & 0x0F) * unit
            unit /= 10
            index += 1
        }
        return weight
    }
}
