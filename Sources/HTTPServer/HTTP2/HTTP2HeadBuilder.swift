/// Puts a request's head together from the fields of its HEADERS frames (RFC 9113 §8.3).
///
/// libnghttp2 has checked by then what RFC 9113 §8.2 and §8.3 demand: lower-case names, each
/// pseudo-header field at most once and before all others, no connection-specific fields, one
/// `content-length`. What is checked here is what HTTP/1.1 requests are held to as well.
///
/// It holds nothing but numbers: what it finds is noted in the ``RequestHead`` it is lent, so that
/// nothing has to be moved or counted when the head is complete.
struct HTTP2HeadBuilder {
    /// Why the fields that have come make up no request.
    private enum Fault { case headTooLarge, targetTooLong, tooManyFields, expectationUnknown }

    private var fieldCount = 0
    /// Where in the fields' bytes the request line's parts are.
    private var method = 0..<0
    private var target = 0..<0
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
            // What an HTTP/1.1 request has as its Host (RFC 9113 §8.3.1).
            let host: StaticString = "host"
            host.withUTF8Buffer { appendField($0, value, limits, into: head) }
        }
    }

    private mutating func appendField(
        _ name: UnsafeBufferPointer<UInt8>,
        _ value: UnsafeBufferPointer<UInt8>,
        _ limits: ServerLimits,
        into head: RequestHead
    ) {
        guard fieldCount < limits.fieldLines else {
            fault = .tooManyFields
            return
        }
        fieldCount += 1
        if Octets.equal(name.span, 0..<name.count, "expect") {
            if Octets.equal(value, ignoringCase: "100-continue") {
                expectsContinue = true
            } else {
                fault = .expectationUnknown
            }
        }
        head.receive(name: name, value: value)
    }

    /// Completes the head, once all of its fields are there.
    func finish(_ head: RequestHead, limits: ServerLimits) throws(RequestError) {
        switch fault {
        case .headTooLarge: throw .headTooLarge(limitBytes: limits.headBytes)
        case .targetTooLong: throw .targetTooLong(limitBytes: limits.targetBytes)
        case .tooManyFields: throw .tooManyFields(limit: limits.fieldLines)
        case .expectationUnknown: throw .expectationUnknown
        case nil: break
        }
        let bytes = head.fields.bytes
        guard let method = try RequestLine.method(bytes.span, method) else {
            throw .methodUnknown
        }
        let (path, query) = try RequestLine.target(bytes.span, target, method: method)
        head.begin(method: method, path: path, query: query)
        head.complete(RequestHead.Framing(expectsContinue: expectsContinue))
    }
}
