internal import CNghttp2
internal import Glibc

/// A response's fields in the form that libnghttp2 takes.
///
/// The entries point into the response. libnghttp2 copies all fields and converts their names to
/// lower case, as RFC 9113 §8.2.1 requires (nghttp2_submit_response(3)).
struct HTTP2FieldList {
    private enum Limits {
        /// After this number of responses, one response adds all its fields to the connection's
        /// HPACK table.
        ///
        /// Fields that are in the table already cost nothing. Names that were evicted (RFC 7541
        /// §4.4) are added again.
        static let answersBetweenIndexing = 64
        /// The length of the shortest line: a name of one byte, the colon, the space, and CRLF.
        static let shortestLine = 5
    }

    /// The entries, which each response overwrites.
    private var list: [nghttp2_nv] = []
    private var answerCount = 0
    /// The lines with which the last response began, and the ranges of their names and values.
    ///
    /// Most responses of a connection begin with the same lines.
    private var first: (lines: [UInt8], fields: [(name: Range<Int>, value: Range<Int>)]) = ([], [])

    /// Calls `body` with the fields of a response.
    ///
    /// - Parameters:
    ///   - date: The value of `date`; empty for an interim response.
    ///   - length: The length of the content, if the response states it.
    mutating func withFields(
        of response: Response,
        date: [UInt8],
        length: Int?,
        _ body: (UnsafeBufferPointer<nghttp2_nv>) -> Void
    ) {
        let byteCount = response.fields.bytes.count
        let indexedBytes =
            answerCount.isMultiple(of: Limits.answersBetweenIndexing)
            ? byteCount : response.fields.constantBytes
        if byteCount > 0 { answerCount &+= 1 }
        parseFirst(response.fields)
        // `:status`, `date` and `content-length` come on top.
        let most = byteCount / Limits.shortestLine + 3
        if list.count < most { list = Array(repeating: nghttp2_nv(), count: most) }
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 2 * Decimal.mostDigits) { memory in
            let halves = (memory[..<Decimal.mostDigits], memory[Decimal.mostDigits...])
            let status = Decimal.digits(of: response.status.code, in: .init(rebasing: halves.0))
            let digits = Decimal.digits(of: length ?? 0, in: .init(rebasing: halves.1))
            list.withUnsafeMutableBufferPointer { list in
                date.withUnsafeBufferPointer { date in
                    response.fields.bytes.withUnsafeBufferPointer { bytes in
                        var count = 0
                        func append(
                            _ name: UnsafeBufferPointer<UInt8>,
                            _ value: UnsafeBufferPointer<UInt8>,
                            _ flags: nghttp2_nv_flag
                        ) {
                            precondition(count < list.count, "more fields than the bytes can hold")
                            list[count] = nghttp2_nv(
                                name: UnsafeMutablePointer(mutating: name.baseAddress),
                                value: UnsafeMutablePointer(mutating: value.baseAddress),
                                namelen: name.count,
                                valuelen: value.count,
                                flags: UInt8(flags.rawValue)
                            )
                            count += 1
                        }
                        func append(_ name: StaticString, _ value: UnsafeBufferPointer<UInt8>) {
                            let name = UnsafeBufferPointer(
                                start: name.utf8Start,
                                count: name.utf8CodeUnitCount
                            )
                            append(name, value, NGHTTP2_NV_FLAG_NO_COPY_NAME)
                        }
                        append(":status", UnsafeBufferPointer(status))
                        if !date.isEmpty { append("date", date) }
                        for index in first.fields.indices {
                            let field = first.fields[index]
                            append(
                                UnsafeBufferPointer(rebasing: bytes[field.name]),
                                UnsafeBufferPointer(rebasing: bytes[field.value]),
                                NGHTTP2_NV_FLAG_NONE
                            )
                        }
                        response.fields.visitLines(from: first.lines.count) { name, value in
                            append(
                                UnsafeBufferPointer(rebasing: bytes[name]),
                                UnsafeBufferPointer(rebasing: bytes[value]),
                                // A value that does not recur would only evict recurring values
                                // from the connection's table. For such a field, only the name
                                // refers to the table (RFC 7541 §6.2.3).
                                value.upperBound > indexedBytes
                                    ? NGHTTP2_NV_FLAG_NO_INDEX : NGHTTP2_NV_FLAG_NONE
                            )
                            return true
                        }
                        if length != nil { append("content-length", UnsafeBufferPointer(digits)) }
                        body(UnsafeBufferPointer(rebasing: list[..<count]))
                    }
                }
            }
        }
    }

    /// Finds the names and values of the lines with which a response begins, unless the last
    /// response began with the same lines.
    private mutating func parseFirst(_ fields: FieldSection) {
        let count = fields.constantBytes
        let isKnown =
            count == first.lines.count
            && fields.bytes.withUnsafeBytes { bytes in
                first.lines.withUnsafeBytes { lines in
                    guard let bytes = bytes.baseAddress, let lines = lines.baseAddress else {
                        return true
                    }
                    return memcmp(bytes, lines, count) == 0
                }
            }
        guard !isKnown else { return }
        first = (Array(fields.bytes.prefix(count)), [])
        fields.visit { name, value in
            guard value.upperBound <= count else { return false }
            first.fields.append((name, value))
            return true
        }
    }
}
