/// The fields that determine the end of a request and the future of the connection.
///
/// They are collected while the head is parsed, so that no later look-up is needed.
struct FramingFields {
    private enum Limits {
        /// The most options of one `Connection` field that are examined; IANA's registry has five.
        ///
        /// The connection closes if there are more, because one of them may be `close`.
        static let connectionOptions = 32
        /// The most codings of `Transfer-Encoding` that are examined; a request with more is
        /// refused.
        static let transferCodings = 8
    }

    private enum Coding {
        case none, chunked
        /// Unknown codings, followed by `chunked`, so the end of the content is still known.
        case othersThenChunked
        /// Codings that do not define the end of the content.
        case unframed
    }

    private var hostLines = 0
    private var contentLength: Int?
    private var coding = Coding.none
    private var closes = false
    private var asksToKeepAlive = false
    private var asksToUpgrade = false
    private var expectsContinue = false
    private var expectsOther = false

    /// Records a field if it is one of these.
    mutating func note(
        _ bytes: Span<UInt8>,
        name: Range<Int>,
        value: Range<Int>
    ) throws(RequestError) {
        switch name.count {
        case 4 where Octets.equal(bytes, name, ignoringCase: "host"):
            try noteHost(bytes, value)
        case 6 where Octets.equal(bytes, name, ignoringCase: "expect"):
            if Octets.equal(bytes, value, ignoringCase: "100-continue") {
                expectsContinue = true
            } else {
                expectsOther = true
            }
        case 10 where Octets.equal(bytes, name, ignoringCase: "connection"):
            noteConnection(bytes, value)
        case 14 where Octets.equal(bytes, name, ignoringCase: "content-length"):
            try noteContentLength(bytes, value)
        case 17 where Octets.equal(bytes, name, ignoringCase: "transfer-encoding"):
            try noteTransferEncoding(bytes, value)
        default:
            break
        }
    }

    private mutating func noteHost(_ bytes: Span<UInt8>, _ value: Range<Int>) throws(RequestError) {
        hostLines += 1
        guard hostLines == 1 else {
            throw .malformed(reason: "Host was sent twice (RFC 9112 §3.2)")
        }
        guard Authority.isValid(bytes, value) else {
            throw .malformed(reason: "Host is not a host and perhaps a port (RFC 9112 §3.2)")
        }
    }

    private mutating func noteConnection(_ bytes: Span<UInt8>, _ value: Range<Int>) {
        var options = ListMembers(value, limit: Limits.connectionOptions)
        while let option = options.next(in: bytes) {
            if Octets.equal(bytes, option, ignoringCase: "close") { closes = true }
            if Octets.equal(bytes, option, ignoringCase: "keep-alive") { asksToKeepAlive = true }
            if Octets.equal(bytes, option, ignoringCase: "upgrade") { asksToUpgrade = true }
        }
        if options.isCut { closes = true }
    }

    /// Parses the length, which must be digits in one line.
    ///
    /// RFC 9112 §6.3 would allow `5, 5` and two equal lines, but a proxy in front may interpret
    /// them differently.
    private mutating func noteContentLength(
        _ bytes: Span<UInt8>,
        _ value: Range<Int>
    ) throws(RequestError) {
        guard contentLength == nil else {
            throw .malformed(reason: "Content-Length was sent twice (RFC 9112 §6.3)")
        }
        guard !value.isEmpty else {
            throw .malformed(reason: "Content-Length is empty (RFC 9110 §8.6)")
        }
        var length = 0
        for index in value {
            guard Octets.isDigit(bytes[index]) else {
                throw .malformed(reason: "Content-Length is not a number (RFC 9110 §8.6)")
            }
            let (product, overflow) = length.multipliedReportingOverflow(by: 10)
            let (sum, carried) = product.addingReportingOverflow(Int(bytes[index] & 0x0F))
            // The value exceeds any limit; the limit on the body produces the error for the client.
            length = overflow || carried ? .max : sum
            if length == .max { break }
        }
        contentLength = length
    }

    private mutating func noteTransferEncoding(
        _ bytes: Span<UInt8>,
        _ value: Range<Int>
    ) throws(RequestError) {
        guard coding == .none else {
            throw .malformed(reason: "Transfer-Encoding was sent twice (RFC 9112 §6.1)")
        }
        coding = Octets.equal(bytes, value, ignoringCase: "chunked") ? .chunked : .unframed
        guard coding == .unframed else { return }
        var codings = ListMembers(value, limit: Limits.transferCodings)
        var count = 0
        var chunkedCount = 0
        var endsInChunked = false
        while let coding = codings.next(in: bytes) {
            count += 1
            endsInChunked = Octets.equal(bytes, coding, ignoringCase: "chunked")
            if endsInChunked { chunkedCount += 1 }
        }
        // A recipient may ignore empty list members (RFC 9110 §5.6.1). This one does not, because
        // they enable request smuggling.
        let hasEmptyMember =
            count < Limits.transferCodings - codings.left
            || value.last.map { bytes[$0] } == Octets.comma
        if !codings.isCut, !hasEmptyMember, count > 1, chunkedCount == 1, endsInChunked {
            coding = .othersThenChunked
        }
    }

    /// Combines the fields into the framing of the request (RFC 9112 §3.2, §6.3, §9.3).
    func outcome(isVersion10: Bool) throws(RequestError) -> RequestHead.Framing {
        if coding != .none, contentLength != nil {
            throw .malformed(
                reason: "Content-Length and Transfer-Encoding were both sent (RFC 9112 §6.1)"
            )
        }
        if coding != .none, isVersion10 {
            throw .malformed(reason: "Transfer-Encoding was sent with HTTP/1.0 (RFC 9112 §6.1)")
        }
        if coding == .unframed {
            throw .malformed(
                reason: "Transfer-Encoding does not end in chunked, once (RFC 9112 §6.3)"
            )
        }
        if coding == .othersThenChunked { throw .transferCodingUnknown }
        if hostLines == 0, !isVersion10 {
            throw .malformed(reason: "Host is missing (RFC 9112 §3.2)")
        }
        // An HTTP/1.0 client does not know expectations (RFC 9110 §10.1.1).
        if expectsOther, !isVersion10 { throw .expectationUnknown }

        let content: RequestHead.Content =
            if coding == .chunked {
                .chunked
            } else if let contentLength, contentLength > 0 {
                .length(contentLength)
            } else {
                .none
            }
        return RequestHead.Framing(
            content: content,
            expectsContinue: expectsContinue && !isVersion10,
            asksToUpgrade: asksToUpgrade && !isVersion10,
            keepsAlive: !closes && (!isVersion10 || asksToKeepAlive),
            isVersion10: isVersion10
        )
    }
}
