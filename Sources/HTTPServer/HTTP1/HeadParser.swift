/// Parses the head of one request, line by line as the bytes arrive, without I/O.
///
/// It holds nothing but numbers: what it finds is noted in the ``RequestHead`` it is lent, so that
/// nothing has to be moved or counted when the head is complete.
///
/// Where RFC 9112 lets a recipient be lenient this one is not: lines end in CRLF only (§2.2 allows a
/// bare LF), folded lines are refused (§5.2 allows replacing them), and a request whose length could
/// be read in two ways is refused (§6.1, §6.3 allow the transfer coding to win).
struct HeadParser {
    /// Offset of the line being read, and how far it has been searched for its end.
    private var lineStart = 0
    private var searched = 0
    private var skippedEmptyLine = false
    private var hasLine = false
    private var isVersion10 = false
    private var fieldCount = 0
    private var framing = FramingFields()

    /// Whether any byte of a request has been seen; the empty line that may come before it is none.
    private(set) var hasBegun = false

    /// Continues with all bytes of this request that have come so far.
    ///
    /// - Parameter head: Takes what is found; the same one until the head is complete.
    /// - Returns: The length of the head in bytes once it is complete, else `nil`.
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
                    // One empty line before the request line is ignored (RFC 9112 §2.2).
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

    /// Whether nothing but perhaps the CR of an empty line stands after the last line.
    private func isStartOfEmptyLine(_ bytes: Span<UInt8>) -> Bool {
        switch bytes.count - lineStart {
        case 0: true
        case 1: bytes[lineStart] == Octets.carriageReturn
        default: false
        }
    }

    /// Completes the head, once ``parse(_:limits:into:)`` has returned its length; `bytes` is that
    /// many bytes.
    mutating func finish(_ bytes: Span<UInt8>, into head: RequestHead) throws(RequestError) {
        let framing = try framing.outcome(isVersion10: isVersion10)
        head.receive(bytes)
        head.complete(framing)
        self = HeadParser()
    }

    // MARK: Lines

    /// The offset of the CR that ends the current line.
    private mutating func nextLineEnd(
        _ bytes: Span<UInt8>,
        _ limits: ServerLimits
    ) throws(RequestError) -> Int? {
        let index = Octets.first(Octets.lineFeed, in: bytes, from: searched)
        searched = index
        // Before anything else of the line: what it is refused for must not depend on how its bytes
        // were split.
        try checkSize(index, limits)
        guard index < bytes.count else { return nil }
        guard index > lineStart, bytes[index - 1] == Octets.carriageReturn else {
            throw .malformed(reason: "a line ends in LF without CR (RFC 9112 §2.2)")
        }
        return index - 1
    }

    /// - Parameter end: How far the current line is known to reach, its LF not counted.
    private func checkSize(_ end: Int, _ limits: ServerLimits) throws(RequestError) {
        // The longest method, the version and what separates them fit into the 64 bytes.
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
