/// Parses the head of one request line by line as bytes arrive, without I/O.
///
/// The parser stores only numbers. It records its results in the ``RequestHead`` that the caller
/// passes, so a complete head needs no copy and no reference counting.
///
/// RFC 9112 allows lenient recipients; this one is strict. Lines end in CRLF only (§2.2 allows a
/// bare LF). Folded lines are refused (§5.2 allows replacing them). A request with an ambiguous
/// length is refused (§6.1, §6.3 allow the transfer coding to win).
struct HeadParser {
    /// The offset of the current line, and the offset up to which its end was searched.
    private var lineStart = 0
    private var searched = 0
    private var skippedEmptyLine = false
    private var hasLine = false
    private var isVersion10 = false
    private var fieldCount = 0
    private var framing = FramingFields()

    /// Whether any byte of a request has arrived; an empty line before the request does not count.
    private(set) var hasBegun = false

    /// Continues with all bytes of this request that have arrived.
    ///
    /// - Parameter head: Receives the results; the same object until the head is complete.
    /// - Returns: The length of the head in bytes when it is complete, else `nil`.
    mutating func parse(
        _ bytes: Span<UInt8>,
        limits: ServerLimits,
        into head: RequestHead
    ) throws(RequestError) -> Int? {
        while let end = try nextLineEnd(bytes, limits) {
            let range = lineStart..<end
            lineStart = end + 2
            searched = lineStart
            if !hasLine {
                if range.isEmpty, !skippedEmptyLine {
                    // Ignore one empty line before the request line (RFC 9112 §2.2).
                    skippedEmptyLine = true
                } else {
                    let line = try RequestLine(bytes, range, limits: limits)
                    head.begin(method: line.method, path: line.path, query: line.query)
                    isVersion10 = line.isVersion10
                    hasLine = true
                }
            } else if range.isEmpty {
                return lineStart
            } else {
                try parseField(bytes, range, limits, into: head)
            }
        }
        hasBegun = hasLine || !isStartOfEmptyLine(bytes)
        return nil
    }

    /// Returns whether only the CR of an empty line, or nothing, follows the last line.
    private func isStartOfEmptyLine(_ bytes: Span<UInt8>) -> Bool {
        switch bytes.count - lineStart {
        case 0: true
        case 1: bytes[lineStart] == Octets.carriageReturn
        default: false
        }
    }

    /// Completes the head after ``parse(_:limits:into:)`` has returned its length.
    ///
    /// - Parameter bytes: The bytes of the head, exactly.
    mutating func finish(_ bytes: Span<UInt8>, into head: RequestHead) throws(RequestError) {
        let framing = try framing.outcome(isVersion10: isVersion10)
        head.receive(bytes)
        head.complete(framing)
        self = HeadParser()
    }

    // MARK: Lines

    /// Returns the offset of the CR that ends the current line, or `nil` while it is incomplete.
    private mutating func nextLineEnd(
        _ bytes: Span<UInt8>,
        _ limits: ServerLimits
    ) throws(RequestError) -> Int? {
        let index = Octets.first(Octets.lineFeed, in: bytes, from: searched)
        searched = index
        // Check the size first. The error must not depend on how the bytes of the line were split.
        try checkSize(index, limits)
        guard index < bytes.count else { return nil }
        guard index > lineStart, bytes[index - 1] == Octets.carriageReturn else {
            throw .malformed(reason: "a line ends in LF without CR (RFC 9112 §2.2)")
        }
        return index - 1
    }

    /// - Parameter end: The offset up to which the current line is known, without its LF.
    private func checkSize(_ end: Int, _ limits: ServerLimits) throws(RequestError) {
        // The 64 bytes hold the longest method, the version and the separators.
        if !hasLine, end - lineStart > limits.targetBytes + 64 || end >= limits.headBytes {
            throw .targetTooLong(limitBytes: limits.targetBytes)
        }
        if end >= limits.headBytes { throw .headTooLarge(limitBytes: limits.headBytes) }
    }

    // MARK: Fields

    private mutating func parseField(
        _ bytes: Span<UInt8>,
        _ range: Range<Int>,
        _ limits: ServerLimits,
        into head: RequestHead
    ) throws(RequestError) {
        guard fieldCount < limits.fieldLines else {
            throw .tooManyFields(limit: limits.fieldLines)
        }
        let (name, value) = try FieldLine.parse(bytes, range)
        fieldCount += 1
        head.note(name: name, value: value)
        try framing.note(bytes, name: name, value: value)
    }
}
