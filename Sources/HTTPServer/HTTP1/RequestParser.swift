/// Turns the bytes of one connection into requests, without I/O: bytes in, outputs out.
struct RequestParser {
    enum Output {
        /// Everything buffered has been looked at; more has to be read.
        case needsMore
        /// The client waits for `100 Continue` before it sends the content (RFC 9110 §10.1.1).
        case continueExpected
        /// The head of a request is complete. If it announces content, the parser waits for
        /// ``readContent(_:limits:limitBytes:keeps:)``.
        case head(RequestHead)
        /// The content of that request is complete.
        case content([UInt8])
        /// The connection speaks HTTP/2: all that is buffered is its own.
        case http2Preface
    }

    /// What is being read: each part has a time limit of its own.
    enum Phase { case betweenRequests, head, body }

    private enum State {
        /// Nothing has been parsed yet: the connection may also be one of HTTP/2.
        case start
        case head
        case body(BodyDecoder)
        /// After an error or the last request: nothing is read as a request any more.
        case finished
    }

    private let heads: RequestHeads
    private var state = State.start
    /// Beside the state, so that it is changed where it stands.
    private var parsing = HeadParser()
    /// What it fills, while a request's head is incomplete.
    private var filling: RequestHead?
    /// The head of the request whose content is awaited or read.
    private var head: RequestHead?

    init(heads: RequestHeads = RequestHeads()) {
        self.heads = heads
    }

    /// Whether the request being read, or the one that was given up, is a HEAD: then even an error is
    /// answered without content (RFC 9110 §9.3.2).
    private(set) var isHead = false

    var phase: Phase {
        switch state {
        case .head: parsing.hasBegun ? .head : .betweenRequests
        case .body: .body
        case .start, .finished: .betweenRequests
        }
    }

    /// How much of an incomplete content has been read.
    var bodyBytes: Int {
        if case .body(let decoder) = state { decoder.receivedBytes } else { 0 }
    }

    /// How much of that is kept.
    var keptBytes: Int {
        if case .body(let decoder) = state { decoder.body.count } else { 0 }
    }

    /// Takes the next step.
    ///
    /// After an error or ``stop()`` every call says ``Output/needsMore``.
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
                // As after most requests, until the next one comes.
                if input.isEmpty { return .needsMore }
                isHead = input.withSpan { RequestLine.isHead($0) }
                guard let head = try nextHead(&input, limits) else { return .needsMore }
                // Nothing is read meanwhile.
                if head.framing.content != .none { self.head = head }
                return .head(head)
            case .body(var decoder):
                // Moved out and back, so that the content is not copied.
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

    /// Goes on with the content of the request whose head came last.
    ///
    /// - Parameter keeps: Whether the content is wanted.
    /// - Throws: ``RequestError/bodyTooLarge(limitBytes:)`` for a length beyond the limit.
    mutating func readContent(
        _ input: inout InputBuffer,
        limits: ServerLimits,
        limitBytes: Int,
        keeps: Bool
    ) throws(RequestError) -> Output {
        guard let head else { preconditionFailure("no content was announced") }
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

    /// Reads nothing more as a request, such as after `Connection: close`.
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
