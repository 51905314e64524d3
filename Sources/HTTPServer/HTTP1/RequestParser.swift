/// Parses the bytes of one connection into requests, without I/O.
struct RequestParser {
    enum Output {
        /// All buffered bytes were examined; the caller must read more.
        case needsMore
        /// The client waits for `100 Continue` before it sends the content (RFC 9110 §10.1.1).
        case continueExpected
        /// The head of a request is complete.
        ///
        /// If it announces content, the parser waits for
        /// ``readContent(_:limits:limitBytes:keeps:)``.
        case head(RequestHead)
        /// The content of that request is complete.
        case content([UInt8])
        /// The connection uses HTTP/2; all buffered bytes belong to it.
        case http2Preface
    }

    /// The part that is being read; each part has its own time limit.
    enum Phase { case betweenRequests, head, body }

    private enum State {
        /// Nothing has been parsed yet; the connection may also use HTTP/2.
        case start
        case head
        case body(BodyDecoder)
        /// After an error or the last request, nothing is parsed as a request any more.
        case finished
    }

    private let heads: RequestHeads
    private var state = State.start
    /// It is not part of the state, so that it is modified in place.
    private var parsing = HeadParser()
    /// The head that the parser fills, while it is incomplete.
    private var filling: RequestHead?
    /// The head of the request whose content is awaited or read.
    private var head: RequestHead?

    init(heads: RequestHeads = RequestHeads()) {
        self.heads = heads
    }

    /// Whether the current or the abandoned request is a HEAD.
    ///
    /// Then even an error response has no content (RFC 9110 §9.3.2).
    private(set) var isHead = false

    var phase: Phase {
        switch state {
        case .head: parsing.hasBegun ? .head : .betweenRequests
        case .body: .body
        case .start, .finished: .betweenRequests
        }
    }

    /// The number of bytes of an incomplete content that were read.
    var bodyBytes: Int {
        if case .body(let decoder) = state { decoder.receivedBytes } else { 0 }
    }

    /// The number of these bytes that are kept.
    var keptBytes: Int {
        if case .body(let decoder) = state { decoder.body.count } else { 0 }
    }

    /// Takes the next step.
    ///
    /// After an error or ``stop()`` every call returns ``Output/needsMore``.
    mutating func next(
        _ input: inout InputBuffer,
        limits: ServerLimits
    ) throws(RequestError) -> Output {
        do throws(RequestError) {
            switch state {
            case .finished:
                return .needsMore
            case .start:
                switch input.withSpan({ HTTP2Preface.match($0) }) {
                case .partial: return .needsMore
                case .whole:
                    state = .finished
                    return .http2Preface
                case .none:
                    state = .head
                    return try next(&input, limits: limits)
                }
            case .head:
                // This is the usual case after a request, until the next one arrives.
                if input.isEmpty { return .needsMore }
                isHead = input.withSpan { RequestLine.isHead($0) }
                guard let head = try nextHead(&input, limits) else { return .needsMore }
                // No other head is parsed until the content is read.
                if head.framing.content != .none { self.head = head }
                return .head(head)
            case .body(var decoder):
                // The decoder is moved out of the state and back, so that the content is not
                // copied.
                state = .finished
                guard try decoder.decode(&input, limits: limits) else {
                    state = .body(decoder)
                    return .needsMore
                }
                state = .head
                head = nil
                return .content(decoder.takeBody())
            }
        } catch {
            state = .finished
            throw error
        }
    }

    /// Continues with the content of the request whose head came last.
    ///
    /// - Parameter keeps: Whether the content is kept.
    /// - Throws: ``RequestError/bodyTooLarge(limitBytes:)`` for a length beyond the limit.
    mutating func readContent(
        _ input: inout InputBuffer,
        limits: ServerLimits,
        limitBytes: Int,
        keeps: Bool
    ) throws(RequestError) -> Output {
        guard let head else { preconditionFailure("no content was announced") }
        if keeps, case .length(let length) = head.framing.content, length <= limitBytes,
            length <= input.count
        {
            // Most contents arrive together with their head.
            state = .head
            self.head = nil
            let content = input.prefix(length)
            input.consume(length)
            return .content(content)
        }
        do throws(RequestError) {
            var decoder = try BodyDecoder(
                head.framing.content,
                limitBytes: limitBytes,
                keeps: keeps
            )
            if try decoder.decode(&input, limits: limits) {
                state = .head
                self.head = nil
                return .content(decoder.takeBody())
            }
            let isFirst = head.framing.expectsContinue && decoder.receivedBytes == 0
            state = .body(decoder)
            return isFirst ? .continueExpected : .needsMore
        } catch {
            state = .finished
            throw error
        }
    }

    /// Stops parsing requests, for example after `Connection: close`.
    mutating func stop() { state = .finished }

    private mutating func nextHead(
        _ input: inout InputBuffer,
        _ limits: ServerLimits
    ) throws(RequestError) -> RequestHead? {
        let head = filling.take() ?? heads.take()
        let length = try input.withSpan { bytes throws(RequestError) -> Int? in
            guard let length = try parsing.parse(bytes, limits: limits, into: head) else {
                return nil
            }
            try parsing.finish(bytes.extracting(first: length), into: head)
            return length
        }
        guard let length else {
            filling = head
            return nil
        }
        input.consume(length)
        return head
    }
}
