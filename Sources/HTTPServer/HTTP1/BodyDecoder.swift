/// Extracts the content of one request from the bytes after its head (RFC 9112 §6, §7), without
/// I/O.
struct BodyDecoder {
    private enum State {
        case length(remainingBytes: Int)
        case chunkSize
        case chunkData(remainingBytes: Int)
        case chunkEnd
        case trailers(lines: Int, bytes: Int)
        case complete
    }

    /// The hexadecimal digits of the largest 64-bit length.
    private static let mostSizeDigits = 16

    private var state: State
    /// Largest content, in bytes.
    private let limitBytes: Int
    /// Whether the content is kept; if not, it is only read.
    private let keeps: Bool
    private(set) var body: [UInt8] = []
    /// The number of content bytes that have been read.
    private(set) var receivedBytes = 0
    /// The number of bytes that were read around the data of the chunks.
    private var framingBytes = 0

    /// - Throws: ``RequestError/bodyTooLarge(limitBytes:)`` for a length beyond the limit, before
    ///   any content is read.
    @inline(__always)
    init(
        _ content: RequestHead.Content,
        limitBytes: Int,
        keeps: Bool = true
    ) throws(RequestError) {
        self.limitBytes = limitBytes
        self.keeps = keeps
        switch content {
        case .none: state = .complete
        case .chunked: state = .chunkSize
        case .length(let length):
            guard length <= limitBytes else { throw .bodyTooLarge(limitBytes: limitBytes) }
            state = .length(remainingBytes: length)
        }
    }

    /// Returns the complete content, without a copy.
    mutating func takeBody() -> [UInt8] {
        let content = body
        body = []
        return content
    }

    /// Consumes the content's bytes from the buffer.
    ///
    /// - Returns: Whether the content is complete; `body` then holds it.
    mutating func decode(
        _ input: inout InputBuffer,
        limits: ServerLimits
    ) throws(RequestError) -> Bool {
        while true {
            switch state {
            case .complete:
                return true
            case .length(let remaining):
                let rest = take(remaining, from: &input)
                state = rest == 0 ? .complete : .length(remainingBytes: rest)
                if rest > 0 { return false }
            case .chunkData(let remaining):
                let rest = take(remaining, from: &input)
                state = rest == 0 ? .chunkEnd : .chunkData(remainingBytes: rest)
                if rest > 0 { return false }
            case .chunkSize:
                guard let size = try chunkSize(&input, limits) else { return false }
                guard size <= limitBytes - receivedBytes else {
                    throw .bodyTooLarge(limitBytes: limitBytes)
                }
                state = size == 0 ? .trailers(lines: 0, bytes: 0) : .chunkData(remainingBytes: size)
            case .chunkEnd:
                guard
                    let line = try line(
                        input,
                        limitBytes: 0,
                        tooLong: .malformed(
                            reason: "a chunk is longer than its size says (RFC 9112 §7.1)"
                        )
                    )
                else { return false }
                input.consume(line.length)
                state = .chunkSize
            case .trailers(let lines, let bytes):
                guard let next = try trailer(&input, lines: lines, bytes: bytes, limits) else {
                    return false
                }
                state = next
            }
        }
    }

    /// Moves up to `wanted` bytes into the body and returns how many are still missing.
    private mutating func take(_ wanted: Int, from input: inout InputBuffer) -> Int {
        let count = min(wanted, input.count)
        guard count > 0 else { return wanted }
        // Reserve memory for received bytes only. An announced length costs the client nothing.
        if keeps { input.append(count, to: &body) }
        receivedBytes += count
        input.consume(count)
        return wanted - count
    }

    /// Returns a line's text and its length with the CRLF, or `nil` while the line is incomplete.
    ///
    /// - Throws: An error when the line exceeds the limit or ends in a bare LF.
    private func line(
        _ input: InputBuffer,
        limitBytes: Int,
        tooLong: @autoclosure () -> RequestError
    ) throws(RequestError) -> (text: Range<Int>, length: Int)? {
        try input.withSpan { bytes throws(RequestError) in
            try Self.line(bytes, limitBytes: limitBytes, tooLong: tooLong())
        }
    }

    private static func line(
        _ bytes: Span<UInt8>,
        limitBytes: Int,
        tooLong: @autoclosure () -> RequestError
    ) throws(RequestError) -> (text: Range<Int>, length: Int)? {
        let searchable = min(bytes.count, limitBytes + 2)
        for index in 0..<searchable where bytes[index] == Octets.lineFeed {
            guard index > 0, bytes[index - 1] == Octets.carriageReturn else {
                throw .malformed(
                    reason: "a line in the chunks ends in LF without CR (RFC 9112 §7.1)"
                )
            }
            return (0..<index - 1, index + 1)
        }
        guard bytes.count < limitBytes + 2 else { throw tooLong() }
        return nil
    }

    /// Parses `chunk-size [chunk-ext] CRLF` (RFC 9112 §7.1); extensions within their limit are
    /// skipped.
    private mutating func chunkSize(
        _ input: inout InputBuffer,
        _ limits: ServerLimits
    ) throws(RequestError) -> Int? {
        let limit = Self.mostSizeDigits + limits.chunkExtensionBytes
        guard
            let line = try line(
                input,
                limitBytes: limit,
                tooLong: .malformed(
                    reason: "a chunk's size and extension are longer than \(limit) bytes"
                        + " (RFC 9112 §7.1.1)"
                )
            )
        else { return nil }
        let size = try input.withSpan { bytes throws(RequestError) in
            try parseChunkSize(bytes, end: line.text.upperBound)
        }
        input.consume(line.length)
        framingBytes += line.length + 2
        guard framingBytes <= limits.chunkFramingBytes else {
            throw .malformed(
                reason: "the chunks' sizes and extensions are longer than"
                    + " \(limits.chunkFramingBytes) bytes in all (RFC 9112 §7.1.1)"
            )
        }
        return size
    }

    private func parseChunkSize(
        _ bytes: Span<UInt8>,
        end: Int
    ) throws(RequestError) -> Int {
        var size = 0
        var index = 0
        while index < end, let digit = Octets.hexValue(bytes[index]) {
            guard size <= limitBytes else { throw .bodyTooLarge(limitBytes: limitBytes) }
            size = size << 4 | Int(digit)
            index += 1
        }
        guard index > 0 else {
            throw .malformed(reason: "a chunk size is no hexadecimal number (RFC 9112 §7.1)")
        }
        guard index <= Self.mostSizeDigits else {
            throw .malformed(reason: "a chunk size has more than \(Self.mostSizeDigits) digits")
        }
        guard index < end else { return size }
        // A recipient must accept bad white space before an extension (RFC 9110 §5.6.3).
        while index < end, Octets.isWhitespace(bytes[index]) { index += 1 }
        guard index < end, bytes[index] == Octets.semicolon else {
            throw .malformed(reason: "a chunk size is followed by something else (RFC 9112 §7.1)")
        }
        for position in index..<end where !Octets.isFieldValue(bytes[position]) {
            throw .malformed(reason: "a chunk extension holds a control character")
        }
        return size
    }

    /// Parses one line after the last chunk (RFC 9112 §7.1.2), checks it like a field and drops it.
    private func trailer(
        _ input: inout InputBuffer,
        lines: Int,
        bytes: Int,
        _ limits: ServerLimits
    ) throws(RequestError) -> State? {
        let line = try line(
            input,
            limitBytes: max(0, limits.headBytes - bytes),
            tooLong: .headTooLarge(limitBytes: limits.headBytes)
        )
        guard let line else { return nil }
        defer { input.consume(line.length) }
        if line.text.isEmpty { return .complete }
        guard lines < limits.fieldLines else { throw .tooManyFields(limit: limits.fieldLines) }
        try input.withSpan { bytes throws(RequestError) in
            _ = try FieldLine.parse(bytes, line.text)
        }
        return .trailers(lines: lines + 1, bytes: bytes + line.length)
    }
}
