/// A request with one field or query of the maximum length, or of a length that clients send.
///
/// Parsing a field takes time of the loop, so a byte of one field must not cost much more than a
/// byte of any other. A short value (100 bytes) and one near the head's limit show the cost.
struct FieldRequest {
    private enum Limits {
        static let shortBytes = 100
        /// The length of a long value.
        ///
        /// It leaves room for the request line and the other fields within the limit of the head.
        static let longBytes = 30_000
        /// The length of a long query, within the limit of the target.
        static let longQueryBytes = 8_000
        /// The maximum number of allocations, for responses to refused requests and for strings
        /// that are passed on.
        static let allocations = 14.0
    }

    enum Kind {
        case get, post
        /// The value is the query of the target instead of a field value.
        case query
    }

    private let kind: Kind
    private let field: String
    private let start: String
    private let member: String
    private let lineCount: Int
    private let other: String?
    private let limits: (short: Double, long: Double)

    /// - Parameters:
    ///   - start: The start of the value.
    ///   - member: The text that is repeated after the start.
    ///   - lineCount: The number of lines of the long field.
    ///   - other: Another line that the request needs.
    ///   - limits: The maximum number of instructions of a whole request with the short and the
    ///     long value.
    init(
        _ kind: Kind,
        _ field: String,
        after start: String = "",
        of member: String,
        lines lineCount: Int = 1,
        beside other: String? = nil,
        limits: (short: Double, long: Double)
    ) {
        self.kind = kind
        self.field = field
        self.start = start
        self.member = member
        self.lineCount = lineCount
        self.other = other
        self.limits = limits
    }

    /// The name of the benchmark, such as `Accept: */*;a=b;a=b…`.
    private var name: String {
        let value = "\(start)\(member)\(member)…"
        let shown = value.count > 24 ? "\(value.prefix(4))…\(member)\(member)…" : value
        return "\(field): \(shown)\(lineCount > 1 ? " in \(lineCount) lines" : "")"
    }

    /// - Parameters:
    ///   - byteCount: The total length of the field's values.
    ///   - target: The path of an existing order.
    ///   - body: A valid order.
    private func bytes(_ byteCount: Int, target: String, body: [UInt8]) -> [UInt8] {
        let lineCount = byteCount > Limits.shortBytes ? lineCount : 1
        let count = max(0, byteCount / lineCount - start.utf8.count) / member.utf8.count
        let value = start + String(repeating: member, count: count)
        var lines =
            switch kind {
            case .get: ["GET \(target) HTTP/1.1"]
            case .post: ["POST /orders HTTP/1.1", "Content-Length: \(body.count)"]
            case .query: ["GET \(target)?\(value) HTTP/1.1"]
            }
        if field != "Host" { lines.append("Host: localhost:8080") }
        if let other { lines.append(other) }
        if kind != .query { lines += Array(repeating: "\(field): \(value)", count: lineCount) }
        let head = lines.map { "\($0)\r\n" }.joined() + "\r\n"
        return Array(head.utf8) + (kind == .post ? body : [])
    }

    /// Returns the benchmarks of the whole request, without sockets.
    func benchmarks(
        target: String,
        body: [UInt8],
        _ answer: @escaping ([UInt8]) throws -> Void
    ) -> [Benchmark] {
        let longBytes = kind == .query ? Limits.longQueryBytes : Limits.longBytes
        return [(Limits.shortBytes, 10, limits.short), (longBytes, 50, limits.long)].map {
            length,
            size,
            limit in
            let bytes = bytes(length, target: target, body: body)
            return Benchmark(
                "\(name) (\(length) bytes)",
                size: size,
                allocationLimit: Limits.allocations,
                instructionLimit: limit
            ) {
                try answer(bytes)
            }
        }
    }
}
