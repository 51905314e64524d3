internal import Glibc

/// The host that a request is meant for, and its port: `Host`, `:authority` and the authority of a URL.
enum Authority {
    /// Whether `range` of `bytes` is `uri-host [ ":" port ]` (RFC 9110 §7.2, RFC 3986 §3.2.2, §3.2.3).
    ///
    /// There is no user information in it (RFC 9110 §4.2.4). The host may be empty, as may the port.
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

    /// Whether two valid ones name the same host and port: letters of either case are the same, and no
    /// port is that of the scheme (RFC 9110 §4.2.3).
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

    /// Where a `reg-name` or an IPv4 address ends, which is no different to look at; `nil` when it
    /// holds a `%` that begins no escape.
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

    /// Where an `IP-literal` ends: after its bracket; `nil` when there is no address in brackets.
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

    /// Whether it is an IPv6 address, without a zone, which means nothing to another host
    /// (RFC 6874 §4).
    private static func isIPv6(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
        // inet_pton(3) takes a text that ends in NUL.
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

    /// Whether it is an address of a kind to come: `v1.x` (`IPvFuture`).
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
