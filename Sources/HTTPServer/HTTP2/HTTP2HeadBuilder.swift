/// Puts a request's head together from the fields of its HEADERS frames (RFC 9113 §8.3).
///
/// libnghttp2 has checked by then what RFC 9113 §8.2 and §8.3 demand: lower-case names, each
/// pseudo-header field at most once and before all others, no connection-specific fields, one
/// `content-length`, `:authority` or `host`. What is checked here is what HTTP/1.1 requests are held to
/// as well.
///
/// It holds little but numbers: what it finds is noted in the ``RequestHead`` it is lent, so that
/// nothing has to be moved or counted when the head is complete.
struct HTTP2HeadBuilder {
    /// Why the fields that have come make up no request.
    private enum Fault {
        case headTooLarge, targetTooLong, tooManyFields, expectationUnknown
        case authorityInvalid, hostUnlike
    }

    private var fieldCount = 0
    /// Where in the fields' bytes the request line's parts are.
    private var method = 0..<0
    private var target = 0..<0
    /// Where the value of `:authority` is; it is never empty.
    private var authority = 0..<0
    /// Whether `:scheme` is `https`: a proxy has taken TLS off.
    private var isSecure = false
    /// The crumbs of `cookie` that have come, as one value.
    private var cookie: [UInt8] = []
    private var expectsContinue = false
    /// The first that was found; fields that come later are not kept.
    private var fault: Fault?
    /// The size of the list as RFC 9113 §6.5.2 counts it.
    private var listSize = 0

    mutating func append(
        _ name: UnsafeBufferPointer<UInt8>,
        _ value: UnsafeBufferPointer<UInt8>,
        limits: ServerLimits,
        into head: RequestHead
    ) {
        listSize += name.count + value.count + Self.overhead
        guard fault == nil else { return }
        guard listSize <= limits.headBytes else {
            fault = .headTooLarge
            return
        }
        if name.first == Octets.colon {
            appendPseudo(name, value, limits, into: head)
        } else {
            appendField(name, value, limits, into: head)
        }
    }

    /// What a field counts beside its name and value (RFC 9113 §6.5.2).
    private static let overhead = 32

    private mutating func appendPseudo(
        _ name: UnsafeBufferPointer<UInt8>,
        _ value: UnsafeBufferPointer<UInt8>,
        _ limits: ServerLimits,
        into head: RequestHead
    ) {
        if Octets.equal(name.span, 0..<name.count, ":method") {
            method = head.receive(value.span)
        } else if Octets.equal(name.span, 0..<name.count, ":path") {
            guard value.count <= limits.targetBytes else {
                fault = .targetTooLong
                return
            }
            target = head.receive(value.span)
        } else if Octets.equal(name.span, 0..<name.count, ":authority") {
            appendAuthority(value, limits, into: head)
        } else if Octets.equal(name.span, 0..<name.count, ":scheme") {
            isSecure = Octets.equal(value, ignoringCase: "https")
        }
    }

    /// Takes `:authority` for what an HTTP/1.1 request has as its Host (RFC 9113 §8.3.1).
    private mutating func appendAuthority(
        _ value: UnsafeBufferPointer<UInt8>,
        _ limits: ServerLimits,
        into head: RequestHead
    ) {
        guard Authority.isValid(value.span, 0..<value.count) else {
            fault = .authorityInvalid
            return
        }
        let name: StaticString = "host"
        name.withUTF8Buffer { append($0, value, limits, into: head) }
        let end = head.fields.bytes.count
        authority = end - value.count..<end
    }

    /// Takes a `host` that comes in the place of `:authority`, or says the same.
    private mutating func appendHost(
        _ name: UnsafeBufferPointer<UInt8>,
        _ value: UnsafeBufferPointer<UInt8>,
        _ limits: ServerLimits,
        into head: RequestHead
    ) {
        guard Authority.isValid(value.span, 0..<value.count) else {
            fault = .authorityInvalid
            return
        }
        if authority.isEmpty {
            append(name, value, limits, into: head)
        } else {
            let bytes = head.fields.bytes
            let isSame = Authority.isSame(
                value.span,
                bytes.span.extracting(authority),
                isSecure: isSecure
            )
            if !isSame { fault = .hostUnlike }
        }
    }

    /// Takes a part of the cookies: clients send them one by one, so that each can be an index
    /// (RFC 9113 §8.2.3).
    private mutating func appendCrumb(
        _ value: UnsafeBufferPointer<UInt8>,
        _ limits: ServerLimits
    ) {
        if cookie.isEmpty {
            guard count(limits) else { return }
        } else {
            cookie += "; ".utf8
        }
        cookie += value
    }

    private mutating func appendField(
        _ name: UnsafeBufferPointer<UInt8>,
        _ value: UnsafeBufferPointer<UInt8>,
        _ limits: ServerLimits,
        into head: RequestHead
    ) {
        switch name.count {
        case 4 where Octets.equal(name.span, 0..<4, "host"):
            appendHost(name, value, limits, into: head)
        case 6 where Octets.equal(name.span, 0..<6, "cookie"):
            appendCrumb(value, limits)
        case 6 where Octets.equal(name.span, 0..<6, "expect"):
            if Octets.equal(value, ignoringCase: "100-continue") {
                expectsContinue = true
            } else {
                fault = .expectationUnknown
            }
            append(name, value, limits, into: head)
        default:
            append(name, value, limits, into: head)
        }
    }

    private mutating func append(
        _ name: UnsafeBufferPointer<UInt8>,
        _ value: UnsafeBufferPointer<UInt8>,
        _ limits: ServerLimits,
        into head: RequestHead
    ) {
        if count(limits) { head.receive(name: name, value: value) }
    }

    /// Counts one more field; returns whether there may be one.
    private mutating func count(_ limits: ServerLimits) -> Bool {
        guard fieldCount < limits.fieldLines else {
            fault = .tooManyFields
            return false
        }
        fieldCount += 1
        return true
    }

    /// Whether the method is HEAD, as far as one has come.
    func asksForHead(_ head: RequestHead) -> Bool {
        let bytes = head.fields.bytes
        return Octets.equal(bytes.span, method, "HEAD")
    }

    /// Completes the head, once all of its fields are there.
    mutating func finish(_ head: RequestHead, limits: ServerLimits) throws(RequestError) {
        switch fault {
        case .headTooLarge: throw .headTooLarge(limitBytes: limits.headBytes)
        case .targetTooLong: throw .targetTooLong(limitBytes: limits.targetBytes)
        case .tooManyFields: throw .tooManyFields(limit: limits.fieldLines)
        case .expectationUnknown: throw .expectationUnknown
        case .authorityInvalid:
            throw .malformed(reason: "the authority is no host with a port (RFC 9113 §8.3.1)")
        case .hostUnlike:
            throw .malformed(reason: "host and :authority differ (RFC 9113 §8.3.1)")
        case nil: break
        }
        if !cookie.isEmpty { finishCookie(head) }
        let bytes = head.fields.bytes
        guard let method = try RequestLine.method(bytes.span, method) else {
            throw .methodUnknown
        }
        // HTTP/1.1 takes whole URLs; libnghttp2 refuses them of the schemes that it knows.
        if let first = target.first, bytes[first] != Octets.slash, bytes[first] != Octets.asterisk {
            throw .malformed(reason: "the :path is no path (RFC 9113 §8.3.1)")
        }
        let (path, query) = try RequestLine.target(bytes.span, target, method: method)
        head.begin(method: method, path: path, query: query)
        head.complete(RequestHead.Framing(expectsContinue: expectsContinue))
    }

    private mutating func finishCookie(_ head: RequestHead) {
        let name: StaticString = "cookie"
        name.withUTF8Buffer { name in
            cookie.withUnsafeBufferPointer { head.receive(name: name, value: $0) }
        }
        cookie = []
    }
}
