internal import HTTPTypes

/// Puts a request's head together from the fields of its HEADERS frames (RFC 9113 §8.3).
///
/// libnghttp2 has checked by then what RFC 9113 §8.2 and §8.3 demand: lower-case names, each
/// pseudo-header field at most once and before all others, no connection-specific fields, one
/// `content-length`. What is checked here is what HTTP/1.1 requests are held to as well.
struct HTTP2HeadBuilder {
    /// What is filled in the end, and the fields that have come so far, in its memory.
    private let head: RequestHead
    private(set) var fields: FieldSection
    private var fieldCount = 0
    /// Where in the fields' bytes the request line's parts are.
    private var method = 0..<0
    private var target = 0..<0
    private var expectsContinue = false
    /// The first limit that was passed; fields that come later are not kept.
    private var error: RequestError?
    /// The size of the list as RFC 9113 §6.5.2 counts it.
    private var listSize = 0

    init(_ heads: RequestHeads) {
        head = heads.take()
        fields = head.takeFields()
    }

    mutating func append(
        _ name: UnsafeBufferPointer<UInt8>,
        _ value: UnsafeBufferPointer<UInt8>,
        limits: ServerLimits
    ) {
        listSize += name.count + value.count + Self.overhead
        guard error == nil else { return }
        guard listSize <= limits.headBytes else {
            error = .headTooLarge(limitBytes: limits.headBytes)
            return
        }
        if name.first == Octets.colon {
            appendPseudo(name, value, limits)
        } else {
            appendField(name, value, limits)
        }
    }

    /// What a field counts beside its name and value (RFC 9113 §6.5.2).
    private static let overhead = 32

    private mutating func appendPseudo(
        _ name: UnsafeBufferPointer<UInt8>,
        _ value: UnsafeBufferPointer<UInt8>,
        _ limits: ServerLimits
    ) {
        if Octets.equal(name, ignoringCase: ":method") {
            method = fields.receive(value.span)
        } else if Octets.equal(name, ignoringCase: ":path") {
            guard value.count <= limits.targetBytes else {
                error = .targetTooLong(limitBytes: limits.targetBytes)
                return
            }
            target = fields.receive(value.span)
        } else if Octets.equal(name, ignoringCase: ":authority") {
            // What an HTTP/1.1 request has as its Host (RFC 9113 §8.3.1).
            let host: StaticString = "host"
            host.withUTF8Buffer { appendField($0, value, limits) }
        }
    }

    private mutating func appendField(
        _ name: UnsafeBufferPointer<UInt8>,
        _ value: UnsafeBufferPointer<UInt8>,
        _ limits: ServerLimits
    ) {
        guard fieldCount < limits.fieldLines else {
            error = .tooManyFields(limit: limits.fieldLines)
            return
        }
        fieldCount += 1
        if Octets.equal(name, ignoringCase: "expect") {
            if Octets.equal(value, ignoringCase: "100-continue") {
                expectsContinue = true
            } else {
                error = .expectationUnknown
            }
        }
        fields.receive(name: name, value: value)
    }

    /// The head, once all of its fields are there.
    mutating func finish() throws(RequestError) -> RequestHead {
        if let error { throw error }
        guard let method = try RequestLine.method(fields.bytes.span, method) else {
            throw .methodUnknown
        }
        let (path, query) = try RequestLine.target(fields.bytes.span, target, method: method)
        // Taken out and not copied, which would count its references up and down.
        var fields = FieldSection()
        swap(&fields, &self.fields)
        head.fill(
            method: method,
            path: path,
            query: query,
            fields: fields,
            framing: RequestHead.Framing(expectsContinue: expectsContinue)
        )
        return head
    }
}
