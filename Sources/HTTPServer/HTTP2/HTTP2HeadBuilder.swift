internal import HTTPTypes

/// Puts a request's head together from the fields of its HEADERS frames (RFC 9113 §8.3).
///
/// libnghttp2 has checked by then what RFC 9113 §8.2 and §8.3 demand: lower-case names, each
/// pseudo-header field at most once and before all others, no connection-specific fields, one
/// `content-length`. What is checked here is what HTTP/1.1 requests are held to as well.
struct HTTP2HeadBuilder {
    private let limits: ServerLimits
    /// The target, followed by the fields' names and values.
    private var bytes: [UInt8] = []
    private var entries: [FieldSection.Entry] = []
    private var method: [UInt8] = []
    private var target = 0..<0
    private var expectsContinue = false
    /// The first limit that was passed; fields that come later are not kept.
    private var error: RequestError?
    /// The size of the list as RFC 9113 §6.5.2 counts it.
    private var listSize = 0

    init(limits: ServerLimits) {
        self.limits = limits
    }

    /// The fields that have come so far.
    var fields: FieldSection { FieldSection(received: bytes, entries: entries) }

    mutating func append(_ name: UnsafeBufferPointer<UInt8>, _ value: UnsafeBufferPointer<UInt8>) {
        listSize += name.count + value.count + Self.overhead
        guard error == nil else { return }
        guard listSize <= limits.headBytes else {
            error = .headTooLarge(limitBytes: limits.headBytes)
            return
        }
        if name.first == Octets.colon {
            appendPseudo(name, value)
        } else {
            appendField(name, value)
        }
    }

    /// What a field counts beside its name and value (RFC 9113 §6.5.2).
    private static let overhead = 32

    private mutating func appendPseudo(
        _ name: UnsafeBufferPointer<UInt8>,
        _ value: UnsafeBufferPointer<UInt8>
    ) {
        if Octets.equal(name, ignoringCase: ":method") {
            method = Array(value)
        } else if Octets.equal(name, ignoringCase: ":path") {
            guard value.count <= limits.targetBytes else {
                error = .targetTooLong(limitBytes: limits.targetBytes)
                return
            }
            target = append(value)
        } else if Octets.equal(name, ignoringCase: ":authority") {
            // What an HTTP/1.1 request has as its Host (RFC 9113 §8.3.1).
            "host".utf8.withContiguousStorageIfAvailable { appendField($0, value) }
        }
    }

    private mutating func appendField(
        _ name: UnsafeBufferPointer<UInt8>,
        _ value: UnsafeBufferPointer<UInt8>
    ) {
        guard entries.count < limits.fieldLines else {
            error = .tooManyFields(limit: limits.fieldLines)
            return
        }
        if Octets.equal(name, ignoringCase: "expect") {
            if Octets.equal(value, ignoringCase: "100-continue") {
                expectsContinue = true
            } else {
                error = .expectationUnknown
            }
        }
        let nameRange = append(name)
        let valueRange = append(value)
        entries.append(
            FieldSection.Entry(
                name: UInt32(nameRange.lowerBound)..<UInt32(nameRange.upperBound),
                value: UInt32(valueRange.lowerBound)..<UInt32(valueRange.upperBound)
            )
        )
    }

    private mutating func append(_ part: UnsafeBufferPointer<UInt8>) -> Range<Int> {
        let start = bytes.count
        bytes.append(contentsOf: part)
        return start..<bytes.count
    }

    /// The head, once all of its fields are there.
    func head() throws(RequestError) -> RequestHead {
        if let error { throw error }
        guard let method = try RequestLine.method(method.span, method.indices) else {
            throw .methodUnknown
        }
        let (path, query) = try RequestLine.target(bytes.span, target, method: method)
        return RequestHead(
            method: method,
            fields: fields,
            path: path,
            query: query,
            framing: .none,
            expectsContinue: expectsContinue,
            asksToUpgrade: false,
            keepsAlive: true,
            isVersion10: false
        )
    }
}
