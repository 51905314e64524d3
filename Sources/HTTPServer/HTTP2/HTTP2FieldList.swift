internal import CNghttp2

/// An answer's fields as libnghttp2 takes them.
///
/// They point to where the parts of the answer are: libnghttp2 copies them all, and turns their names
/// into lower case as RFC 9113 §8.2.1 asks (nghttp2_submit_response(3)).
struct HTTP2FieldList {
    private enum Limits {
        /// After so many answers one enters the connection's table with all its fields: what is in
        /// it already costs nothing, and a name that has left it (RFC 7541 §4.4) is there again.
        static let answersBetweenIndexing = 64
    }

    /// Used again for each answer.
    private var list: [nghttp2_nv] = []
    private var answerCount = 0

    /// - Parameters:
    ///   - date: `nil` for an interim answer.
    ///   - length: The length of the content, if it is told.
    mutating func withFields(
        of response: Response,
        date: [UInt8]?,
        length: Int?,
        _ body: (UnsafeBufferPointer<nghttp2_nv>) -> Void
    ) {
        let fields = response.fields
        let indexedBytes =
            answerCount.isMultiple(of: Limits.answersBetweenIndexing)
            ? fields.bytes.count : fields.constantBytes
        if fields.bytes.count > 0 { answerCount &+= 1 }
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 2 * Decimal.mostDigits) { memory in
            let halves = (memory[..<Decimal.mostDigits], memory[Decimal.mostDigits...])
            let status = Decimal.digits(of: response.status.code, in: .init(rebasing: halves.0))
            let digits = Decimal.digits(of: length ?? 0, in: .init(rebasing: halves.1))
            (date ?? []).withUnsafeBufferPointer { date in
                fields.bytes.withUnsafeBufferPointer { bytes in
                    list.removeAll(keepingCapacity: true)
                    append(":status", UnsafeBufferPointer(status))
                    if !date.isEmpty { append("date", date) }
                    append(fields, bytes, indexedBytes)
                    if length != nil { append("content-length", UnsafeBufferPointer(digits)) }
                    list.withUnsafeBufferPointer(body)
                }
            }
        }
    }

    private mutating func append(_ name: StaticString, _ value: UnsafeBufferPointer<UInt8>) {
        let name = UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
        append(name, value, NGHTTP2_NV_FLAG_NONE)
    }

    private mutating func append(
        _ fields: FieldSection,
        _ bytes: UnsafeBufferPointer<UInt8>,
        _ indexedBytes: Int
    ) {
        fields.visit { name, value in
            append(
                UnsafeBufferPointer(rebasing: bytes[name]),
                UnsafeBufferPointer(rebasing: bytes[value]),
                // What does not come again would only drive out what does from the connection's
                // table; of such a field only the name is taken from it (RFC 7541 §6.2.3).
                value.upperBound > indexedBytes
                    ? NGHTTP2_NV_FLAG_NO_INDEX : NGHTTP2_NV_FLAG_NONE
            )
            return true
        }
    }

    private mutating func append(
        _ name: UnsafeBufferPointer<UInt8>,
        _ value: UnsafeBufferPointer<UInt8>,
        _ flag: nghttp2_nv_flag
    ) {
        list.append(
            nghttp2_nv(
                name: UnsafeMutablePointer(mutating: name.baseAddress),
                value: UnsafeMutablePointer(mutating: value.baseAddress),
                namelen: name.count,
                valuelen: value.count,
                flags: UInt8(flag.rawValue)
            )
        )
    }
}
