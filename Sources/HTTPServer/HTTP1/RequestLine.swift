/// `method SP request-target SP HTTP-version` (RFC 9112 §3), with exactly one space as separator.
///
/// Section 3 would allow other white space; this parser does not accept it.
struct RequestLine {
    let method: Method
    /// An offset range in the head; empty for an absolute target without a path.
    let path: Range<Int>
    let query: Range<Int>?
    let isVersion10: Bool

    init(_ bytes: Span<UInt8>, _ line: Range<Int>, limits: ServerLimits) throws(RequestError) {
        let methodEnd = Self.end(bytes, line.lowerBound, line.upperBound)
        guard methodEnd > line.lowerBound, methodEnd < line.upperBound else {
            throw .malformed(reason: "the request line has no target (RFC 9112 §3)")
        }
        let method = try Self.method(bytes, line.lowerBound..<methodEnd)
        let targetStart = methodEnd + 1
        let targetEnd = Self.end(bytes, targetStart, line.upperBound)
        let target = targetStart..<targetEnd
        if target.count > limits.targetBytes {
            throw .targetTooLong(limitBytes: limits.targetBytes)
        }
        guard targetEnd < line.upperBound else {
            throw .malformed(reason: "the request line has no HTTP version (RFC 9112 §3)")
        }
        isVersion10 = try Self.isVersion10(bytes, targetEnd + 1..<line.upperBound)
        guard let method else { throw .methodUnknown }
        self.method = method

        (path, query) = try Self.target(bytes, target, method: method)
    }

    /// Returns the path and the query of a target, after checking each byte (RFC 3986 §3.3, §3.4).
    static func target(
        _ bytes: Span<UInt8>,
        _ target: Range<Int>,
        method: Method
    ) throws(RequestError) -> (path: Range<Int>, query: Range<Int>?) {
        let pathAndQuery = try Self.pathAndQuery(bytes, target, method: method)
        let end = pathAndQuery.upperBound
        var split = end
        var index = pathAndQuery.lowerBound
        while true {
            index = Octets.target.end(in: bytes, index..<end)
            guard index < end else { break }
            switch bytes[index] {
            case Octets.questionMark:
                split = min(split, index)
                index += 1
            case Octets.percent:
                index = try endOfEscapes(bytes, index..<end)
            default:
                throw .malformed(reason: "the target holds a byte that must be percent-encoded")
            }
        }
        return (pathAndQuery.lowerBound..<split, split < end ? split + 1..<end : nil)
    }

    /// Returns the end of a sequence of escapes (RFC 3986 §2.1).
    ///
    /// The function is not inlined, because most targets have no escapes.
    @inline(never)
    private static func endOfEscapes(
        _ bytes: Span<UInt8>,
        _ range: Range<Int>
    ) throws(RequestError) -> Int {
        var index = range.lowerBound
        while index < range.upperBound, bytes[index] == Octets.percent {
            guard index + 2 < range.upperBound, Octets.hexValue(bytes[index + 1]) != nil,
                Octets.hexValue(bytes[index + 2]) != nil
            else { throw .malformed(reason: "the target holds a % without two hex digits") }
            index += 3
        }
        return index
    }

    /// Returns whether the bytes of a head begin with the method HEAD, even if the rest is invalid.
    static func isHead(_ bytes: Span<UInt8>) -> Bool {
        let method: StaticString = "HEAD "
        // Skip an empty line at the beginning (RFC 9112 §2.2).
        let start = bytes.count > 0 && bytes[0] == Octets.carriageReturn ? 2 : 0
        return Octets.equal(bytes, start..<start + method.utf8CodeUnitCount, method)
    }

    private static func end(_ bytes: Span<UInt8>, _ start: Int, _ limit: Int) -> Int {
        Octets.first(Octets.space, in: bytes.extracting(first: limit), from: start)
    }

    /// Returns the method, or `nil` for a well-formed method that is unknown.
    ///
    /// `CONNECT` counts as unknown, because the gateway is not a tunnel.
    static func method(
        _ bytes: Span<UInt8>,
        _ range: Range<Int>
    ) throws(RequestError) -> Method? {
        if let known = Method(bytes, range) { return known }
        guard Octets.token.end(in: bytes, range) == range.upperBound else {
            throw .malformed(reason: "the method holds a byte that is no token character")
        }
        return nil
    }

    private static func isVersion10(
        _ bytes: Span<UInt8>,
        _ range: Range<Int>
    ) throws(RequestError) -> Bool {
        // HTTP-name is case-sensitive (RFC 9112 §2.3).
        let start = range.lowerBound
        let isName = range.count == 8 && Octets.equal(bytes, start..<start + 5, "HTTP/")
        guard isName, Octets.isDigit(bytes[start + 5]), bytes[start + 6] == UInt8(ascii: "."),
            Octets.isDigit(bytes[start + 7])
        else { throw .malformed(reason: "the request line does not end in an HTTP version") }
        guard bytes[start + 5] == UInt8(ascii: "1") else { throw .versionUnsupported }
        return bytes[start + 7] == UInt8(ascii: "0")
    }

    /// Returns a target without its scheme and authority, for the three accepted forms (RFC 9112
    /// §3.2).
    ///
    /// The authority is checked and dropped, because the gateway treats every host name alike.
    private static func pathAndQuery(
        _ bytes: Span<UInt8>,
        _ range: Range<Int>,
        method: Method
    ) throws(RequestError) -> Range<Int> {
        guard let first = range.first else {
            throw .malformed(reason: "the request line has two spaces in a row (RFC 9112 §3)")
        }
        if bytes[first] == Octets.slash { return range }
        if bytes[first] == Octets.asterisk, range.count == 1, method == .options {
            return range
        }
        let scheme: StaticString = "http://"
        let length = scheme.utf8CodeUnitCount
        let isAbsolute =
            range.count > length
            && Octets.equal(bytes, first..<first + length, ignoringCase: scheme)
        guard isAbsolute else {
            throw .malformed(reason: "the target is neither a path nor an http URL (RFC 9112 §3.2)")
        }
        let rest = endOfAuthority(bytes, first + length..<range.upperBound)..<range.upperBound
        let authority = first + length..<rest.lowerBound
        guard let start = authority.first, bytes[start] != Octets.colon else {
            throw .malformed(reason: "the target's URL has no host (RFC 9110 §4.2.1)")
        }
        guard Authority.isValid(bytes, authority) else {
            throw .malformed(
                reason: "the target's URL has more or less than a host and perhaps a port"
                    + " (RFC 9110 §4.2.1, §4.2.4)"
            )
        }
        return rest
    }

    /// Returns the end of a URL's authority, which is the start of its path or query (RFC 3986
    /// §3.2).
    private static func endOfAuthority(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int {
        range.first { bytes[$0] == Octets.slash || bytes[$0] == Octets.questionMark }
            ?? range.upperBound
    }
}
