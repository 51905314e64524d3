/// A request with one field, or query, that is as long as it may be, or as long as clients send it.
///
/// What a client has read in parts costs a loop's time: a byte of one field must not cost much more
/// than a byte of any other. Its first 100 bytes and the head's limit tell what one costs.
struct FieldRequest {
    private enum Limits {
        static let shortBytes = 100
        /// Leaves room for the request line and the other fields within the head's limit.
        static let longBytes = 30_000
        /// Within the target's limit.
        static let longQueryBytes = 8_000
        /// Of memory, for the answers to what is refused and the texts that are passed on.
        static let allocations = 14.0
    }

    enum Kind {
        case get, post
        /// What would be the field's value is the target's query.
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
    ///   - start: What its value begins with.
    ///   - member: What is repeated after it.
    ///   - lineCount: In how many lines the long one comes.
    ///   - other: A line that it needs beside it.
    ///   - limits: What a whole request may take with the short and with the long one, in instructions.
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

    /// Such as `Accept: */*;a=b;a=b…`.
    private var name: String {
        let value = "\(start)\(member)\(member)…"
        let shown = value.count > 24 ? "\(value.prefix(4))…\(member)\(member)…" : value
        return "\(field): \(shown)\(lineCount > 1 ? " in \(lineCount) lines" : "")"
    }

    /// - Parameters:
    ///   - byteCount: The length of its values.
    ///   - target: Of an order that is there.
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

    /// The benchmarks of the whole request, sockets excepted.
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
