/// Builds a request's head from the fields of its HEADERS frames (RFC 9113 §8.3).
///
/// libnghttp2 has already checked the rules of RFC 9113 §8.2 and §8.3: lower-case names, each
/// pseudo-header field at most once and before all others, no connection-specific fields, one
/// `content-length`, `:authority` or `host`. This type adds the checks that HTTP/1.1 requests must
/// also pass.
///
/// The builder stores little but numbers. It records its results in the ``RequestHead`` that the
/// caller passes, so a complete head needs no copy and no reference counting.
struct HTTP2HeadBuilder {
    /// The part of ``ServerLimits`` that the fields need; the whole would be copied for each field.
    struct Limits {
        let headBytes: Int
        let targetBytes: Int
        let fieldLines: Int

        init(_ limits: ServerLimits) {
            headBytes = limits.headBytes
            targetBytes = limits.targetBytes
            fieldLines = limits.fieldLines
        }
    }

    /// The reason why the fields do not form a valid request.
    private enum Fault {
        case headTooLarge, targetTooLong, tooManyFields, expectationUnknown
        case authorityInvalid, hostUnlike
    }

    private var fieldCount = 0
    /// The ranges of the request line's parts in the bytes of the fields.
    private var method = 0..<0
    private var target = 0..<0
    /// The range of the value of `:authority`; a received value is never empty.
    private var authority = 0..<0
    /// Whether `:scheme` is `https`, because a proxy has terminated TLS.
    private var isSecure = false
    /// The parts of `cookie` that have arrived, joined to one value.
    private var cookie: [UInt8] = []
    private var expectsContinue = false
    /// The first fault; later fields are not kept.
    private var fault: Fault?
    /// The size of the field list as RFC 9113 §6.5.2 defines it.
    private var listSize = 0

    mutating func append(
        _ name: UnsafeBufferPointer<UInt8>,
        _ value: UnsafeBufferPointer<UInt8>,
        limits: Limits,
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

    /// The size that each field adds to its name and value (RFC 9113 §6.5.2).
    private static let overhead = 32

    private mutating func appendPseudo(
        _ name: UnsafeBufferPointer<UInt8>,
        _ value: UnsafeBufferPointer<UInt8>,
        _ limits: Limits,
        into head: RequestHead
    ) {
        switch name.count {
        case 5 where Octets.equal(name.span, 0..<5, ":path"):
            guard value.count <= limits.targetBytes else {
                fault = .targetTooLong
                return
            }
            target = head.receive(value.span)
        case 7 where Octets.equal(name.span, 0..<7, ":method"):
            method = head.receive(value.span)
        case 7 where Octets.equal(name.span, 0..<7, ":scheme"):
            isSecure = Octets.equal(value, ignoringCase: "https")
        case 10 where Octets.equal(name.span, 0..<10, ":authority"):
            appendAuthority(value, limits, into: head)
        default: break
        }
    }

    /// Treats `:authority` as the Host of an HTTP/1.1 request (RFC 9113 §8.3.1).
    private mutating func appendAuthority(
        _ value: UnsafeBufferPointer<UInt8>,
        _ limits: Limits,
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

    /// Accepts a `host` that replaces `:authority` or equals it.
    private mutating func appendHost(
        _ name: UnsafeBufferPointer<UInt8>,
        _ value: UnsafeBufferPointer<UInt8>,
        _ limits: Limits,
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

    /// Appends a part of the cookies.
    ///
    /// Clients send cookies as separate fields, so that each can be an index (RFC 9113 §8.2.3).
    private mutating func appendCrumb(
        _ value: UnsafeBufferPointer<UInt8>,
        _ limits: Limits
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
        _ limits: Limits,
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
        _ limits: Limits,
        into head: RequestHead
    ) {
        if count(limits) { head.receive(name: name, value: value) }
    }

    /// Counts one more field, and returns whether the limit allows it.
    private mutating func count(_ limits: Limits) -> Bool {
        guard fieldCount < limits.fieldLines else {
            fault = .tooManyFields
            return false
        }
        fieldCount += 1
        return true
    }

    /// Returns whether the method is HEAD; `false` while no method has arrived.
    func asksForHead(_ head: RequestHead) -> Bool {
        let bytes = head.fields.bytes
        return Octets.equal(bytes.span, method, "HEAD")
    }

    /// Completes the head when all of its fields have arrived.
    mutating func finish(_ head: RequestHead, limits: Limits) throws(RequestError) {
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
        // Refuse absolute URLs, which `RequestLine.target` accepts. libnghttp2 refuses them only for
        // the schemes that it knows.
        if let first = target.first, bytes[first] != Octets.slash, bytes[first] != Octets.asterisk {
            throw .malformed(reason: "the :path is no path (RFC 9113 §8.3.1)")
        }
        let (path, query) = try RequestLine.target(bytes.span, target, method: method)
        head.begin(method: method, path: path, query: query)
        head.complete(RequestHead.Framing(expectsContinue: expectsContinue, isVersion2: true))
    }

    private mutating func finishCookie(_ head: RequestHead) {
        let name: StaticString = "cookie"
        name.withUTF8Buffer { name in
            cookie.withUnsafeBufferPointer { head.receive(name: name, value: $0) }
        }
        cookie = []
    }
}
