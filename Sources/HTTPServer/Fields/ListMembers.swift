/// Finds the members of a comma-separated list in received bytes, one at a time (RFC 9110 §5.6.1).
///
/// It stops after a given number of members, whatever a client sends. Empty members are skipped,
/// but count, because they also cost work.
struct ListMembers {
    /// The places where a comma is part of a member.
    enum Quoting {
        case none
        /// In quoted strings, which have escapes (RFC 9110 §5.6.4).
        case strings
        /// In entity tags, which have no escapes (RFC 9110 §8.8.3).
        case tags
    }

    private var start: Int
    private let end: Int
    private let quoting: Quoting
    /// The number of members that may still be examined.
    private(set) var left: Int
    /// Whether the limit was reached before the end of the list.
    private(set) var isCut = false

    init(_ list: Range<Int>, limit: Int, quoting: Quoting = .none) {
        start = list.lowerBound
        end = list.upperBound
        left = limit
        self.quoting = quoting
    }

    /// Returns the range of the next member, without the white space around it.
    mutating func next(in bytes: Span<UInt8>) -> Range<Int>? {
        while start < end {
            guard left > 0 else {
                isCut = true
                return nil
            }
            left -= 1
            var from = start
            let comma = endOfMember(bytes)
            start = comma + 1
            var to = comma
            while from < to, Octets.isWhitespace(bytes[from]) { from += 1 }
            while to > from, Octets.isWhitespace(bytes[to - 1]) { to -= 1 }
            if from < to { return from..<to }
        }
        return nil
    }

    private func endOfMember(_ bytes: Span<UInt8>) -> Int {
        let list = bytes.extracting(first: end)
        let comma = Octets.first(Octets.comma, in: list, from: start)
        if case .none = quoting { return comma }
        let quote = Octets.first(Octets.quote, in: list.extracting(first: comma), from: start)
        return quote < comma ? endOfQuotedMember(list, quote) : comma
    }

    /// Returns the end of a member that contains quotes.
    ///
    /// - Parameter quote: The offset of the first quote.
    private func endOfQuotedMember(_ list: Span<UInt8>, _ quote: Int) -> Int {
        var isQuoted = true
        var index = quote + 1
        while index < end {
            switch list[unchecked: index] {
            case Octets.quote: isQuoted.toggle()
            case Octets.backslash where isQuoted && quoting == .strings: index += 1
            case Octets.comma where !isQuoted: return index
            default: break
            }
            index += 1
        }
        return end
    }
}

extension FieldSection {
    /// Calls `body` with the range of each member of a list field, until it returns `false`.
    ///
    /// All lines of the field form one list (RFC 9110 §5.3).
    ///
    /// - Parameter limit: The most members that are examined.
    /// - Returns: Whether the limit was not reached before the end of the list.
    @inline(__always)
    func forEachMember(
        of name: FieldName,
        limit: Int,
        quoting: ListMembers.Quoting,
        _ body: (_ bytes: Span<UInt8>, _ member: Range<Int>) -> Bool
    ) -> Bool {
        let bytes = bytes.span
        var left = limit
        var isCut = false
        forEach(name) { line in
            var members = ListMembers(line, limit: left, quoting: quoting)
            while let member = members.next(in: bytes) {
                guard body(bytes, member) else { return false }
            }
            left = members.left
            isCut = members.isCut
            return !isCut
        }
        return !isCut
    }
}
