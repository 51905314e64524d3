internal import Glibc

/// The host and port that a request addresses: `Host`, `:authority` and the authority of a URL.
enum Authority {
    /// Returns whether `range` of `bytes` is `uri-host [ ":" port ]` (RFC 9110 §7.2, RFC 3986
    /// §3.2.2, §3.2.3).
    ///
    /// User information is not valid (RFC 9110 §4.2.4). The host and the port may be empty.
    static func isValid(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
        let end = range.upperBound
        precondition(end <= bytes.count, "a range beyond its bytes")
        guard let first = range.first else { return true }
        let isLiteral = bytes[unchecked: first] == Octets.openingBracket
        guard var index = isLiteral ? endOfLiteral(bytes, range) : endOfName(bytes, range) else {
            return false
        }
        guard index < end else { return true }
        guard bytes[unchecked: index] == Octets.colon else { return false }
        index += 1
        while index < end {
            guard Octets.isDigit(bytes[unchecked: index]) else { return false }
            index += 1
        }
        return true
    }

    /// Returns whether two valid authorities name the same host and port.
    ///
    /// The comparison ignores case. A missing port equals the default port of the scheme (RFC 9110
    /// §4.2.3).
    static func isSame(_ left: Span<UInt8>, _ right: Span<UInt8>, isSecure: Bool) -> Bool {
        let leftEnd = endWithoutUsualPort(left, isSecure)
        guard leftEnd == endWithoutUsualPort(right, isSecure) else { return false }
        return (0..<leftEnd).allSatisfy {
            Octets.lowercased(left[$0]) == Octets.lowercased(right[$0])
        }
    }

    private static func endWithoutUsualPort(_ bytes: Span<UInt8>, _ isSecure: Bool) -> Int {
        for port: StaticString in [":", isSecure ? ":443" : ":80"] {
            let start = bytes.count - port.utf8CodeUnitCount
            if start >= 0, Octets.equal(bytes, start..<bytes.count, port) { return start }
        }
        return bytes.count
    }

    /// Returns the end of a `reg-name` or an IPv4 address, which have the same syntax here.
    ///
    /// - Returns: `nil` when a `%` does not begin an escape.
    @inline(__always)
    private static func endOfName(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int? {
        var index = range.lowerBound
        while true {
            index = Octets.name.end(in: bytes, index..<range.upperBound)
            guard index < range.upperBound, bytes[index] == Octets.percent else { return index }
            guard index + 2 < range.upperBound, Octets.hexValue(bytes[index + 1]) != nil,
                Octets.hexValue(bytes[index + 2]) != nil
            else { return nil }
            index += 3
        }
    }

    /// Returns the end of an `IP-literal`, after its closing bracket, or `nil` when the brackets
    /// hold no address.
    private static func endOfLiteral(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int? {
        let end = Octets.first(
            Octets.closingBracket,
            in: bytes.extracting(first: range.upperBound),
            from: range.lowerBound
        )
        guard end < range.upperBound else { return nil }
        let address = range.lowerBound + 1..<end
        guard isIPv6(bytes, address) || isFuture(bytes, address) else { return nil }
        return end + 1
    }

    /// Returns whether the range is an IPv6 address without a zone.
    ///
    /// A zone has no meaning for another host (RFC 6874 §4).
    private static func isIPv6(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
        // inet_pton(3) takes a string that ends in NUL.
        guard range.count < Int(INET6_ADDRSTRLEN) else { return false }
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: range.count + 1) { text in
            for (index, place) in range.enumerated() {
                guard bytes[place] != 0 else { return false }
                text[index] = CChar(bitPattern: bytes[place])
            }
            text[range.count] = 0
            var address = in6_addr()
            return inet_pton(AF_INET6, text.baseAddress, &address) == 1
        }
    }

    /// Returns whether the range is an address of a future version: `v1.x` (`IPvFuture`).
    private static func isFuture(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
        guard let first = range.first, Octets.lowercased(bytes[first]) == UInt8(ascii: "v") else {
            return false
        }
        var dot = first + 1
        while dot < range.upperBound, Octets.hexValue(bytes[dot]) != nil { dot += 1 }
        guard dot > first + 1, dot + 1 < range.upperBound, bytes[dot] == UInt8(ascii: ".") else {
            return false
        }
        return (dot + 1..<range.upperBound).allSatisfy {
            bytes[$0] == Octets.colon || Octets.name.contains(bytes[$0])
        }
    }
}
