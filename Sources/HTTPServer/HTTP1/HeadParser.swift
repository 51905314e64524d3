internal import HTTPTypes

/// Parses the head of one request, line by line as the bytes arrive, without I/O.
///
/// Where RFC 9112 lets a recipient be lenient this one is not: lines end in CRLF only (§2.2 allows a
/// bare LF), folded lines are refused (§5.2 allows replacing them), and a request whose length could
/// be read in two ways is refused (§6.1, §6.3 allow the transfer coding to win).
struct HeadParser {
    /// Offset of the line being read, and how far it has been searched for its end.
    private var lineStart = 0
    private var searched = 0
    private var skippedEmptyLine = false
    private var line: RequestLine?
    /// What is filled when the head is complete, and meanwhile its memory for fields.
    private var head: RequestHead?
    private var fields = FieldSection()
    private var framing = FramingFields()

    /// Whether any byte of a request has been seen; the empty line that may come before it is none.
    private(set) var hasBegun = false

    /// Continues with all bytes of this request that have come so far.
    ///
    /// - Returns: The length of the head in bytes once it is complete, else `nil`.
    mutating func parse(
        _ bytes: Span<UInt8>,
        limits: ServerLimits,
        heads: RequestHeads
    ) throws(RequestError) -> Int? {
        while let end = try nextLineEnd(bytes, limits) {
            let range = lineStart..<end
            lineStart = end + 2
            searched = lineStart
            if line == nil {
                if range.isEmpty, !skippedEmptyLine {
                    // One empty line before the request line is ignored (RFC 9112 §2.2).
                    skippedEmptyLine = true
                } else {
                    line = try RequestLine(bytes, range, limits: limits)
                    let head = heads.take()
                    fields = head.takeFields()
                    self.head = head
                }
            } else if range.isEmpty {
                return lineStart
            } else {
                try parseField(bytes, range, limits)
            }
        }
        hasBegun = line != nil || !isStartOfEmptyLine(bytes)
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

    /// The finished head, once ``parse(_:limits:heads:)`` has returned its length; `bytes` is that
    /// many bytes.
    mutating func finish(_ bytes: Span<UInt8>) throws(RequestError) -> RequestHead {
        // Taken out and not copied, which would count its references up and down.
        guard let line = line.take(), let head = head.take() else {
            throw .malformed(reason: "the request line is missing")
        }
        let framing = try framing.outcome(isVersion10: line.isVersion10)
        var fields = FieldSection()
        swap(&fields, &self.fields)
        fields.receive(bytes)
        head.fill(
            method: line.method,
            path: line.path,
            query: line.query,
            fields: fields,
            framing: framing
        )
        self = HeadParser()
        return head
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
        if line == nil, end - lineStart > limits.targetBytes + 64 || end >= limits.headBytes {
            throw .targetTooLong(limitBytes: limits.targetBytes)
        }
        if end >= limits.headBytes { throw .headTooLarge(limitBytes: limits.headBytes) }
    }

    // MARK: Fields

    private mutating func parseField(
        _ bytes: Span<UInt8>,
        _ range: Range<Int>,
        _ limits: ServerLimits
    ) throws(RequestError) {
        guard fields.count < limits.fieldLines else {
            throw .tooManyFields(limit: limits.fieldLines)
        }
        let (name, value) = try FieldLine.parse(bytes, range)
        fields.note(name: name, value: value)
        try framing.note(bytes, name: name, value: value)
    }
}
