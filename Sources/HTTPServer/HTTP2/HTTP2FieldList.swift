internal import CNghttp2

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
    }

    /// The array is reused for each response.
    private var list: [nghttp2_nv] = []
    private var answerCount = 0

    /// Calls `body` with the fields of a response.
    ///
    /// - Parameters:
    ///   - date: The value of `date`; `nil` for an interim response.
    ///   - length: The length of the content, if the response states it.
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
                // A value that does not recur would only evict recurring values from the
                // connection's table. For such a field, only the name refers to the table (RFC 7541
                // §6.2.3).
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
