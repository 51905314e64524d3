internal import CNghttp2
internal import Transport

/// One HTTP/2 connection without I/O (RFC 9113, through libnghttp2): bytes in, requests out; answers
/// in, bytes out.
///
/// Belongs to one task, and is called back only while libnghttp2 works, never while it changes what
/// it has itself: whether such changes overlap need not be checked at run time.
///
/// libnghttp2 keeps the frames, HPACK, flow control and the states of streams; it also ends
/// connections that reset streams too fast (CVE-2023-44487), send endless CONTINUATION frames
/// (CVE-2024-28182) or leave too many acknowledgements unread.
final class HTTP2Session {
    /// Why a connection cannot go on.
    enum Failure: Error {
        /// Told to the client in a GOAWAY frame, if it still reads.
        case protocolError
    }

    /// What the client has asked for.
    enum Event {
        case request(stream: Int32, Request)
        /// A request that the handler did not admit.
        case refused(stream: Int32, Response, isHead: Bool)
        /// What is no request; it is answered all the same.
        case invalid(stream: Int32, RequestError, RequestHead?, isHead: Bool)
    }

    /// Has the handler decide on a request whose head is complete.
    ///
    /// - Returns: Whether the request is accepted.
    typealias Admit = (RequestHead, _ now: MonotonicTime) -> Bool

    let limits: ServerLimits
    let heads: RequestHeads
    let admit: Admit
    /// The time limits that are needed with every request, in nanoseconds.
    let headTimeout: Int64
    let writeTimeout: Int64
    /// Set in the initializer, after all else.
    @exclusivity(unchecked) var raw: OpaquePointer?
    /// The open streams; libnghttp2 knows each by its address, and says when it is closed.
    @exclusivity(unchecked) var streams: [HTTP2Stream] = []
    /// The last that was begun: its fields come one after the other (RFC 9113 §4.3).
    ///
    /// One of the open streams, which are what holds it; forgotten when that one is closed.
    @exclusivity(unchecked) var begun: Unmanaged<HTTP2Stream>?
    /// How many of the open streams have had their request refused.
    @exclusivity(unchecked) var refusedCount = 0
    @exclusivity(unchecked) var list = HTTP2FieldList()
    @exclusivity(unchecked) var scanner = HTTP2FrameScanner()
    @exclusivity(unchecked) var closedStreams = HTTP2ClosedStreams()
    /// Whether the client has sent GOAWAY: from then on libnghttp2 passes over all that comes when no
    /// stream is open, and asks itself only when it is called.
    @exclusivity(unchecked) var isClientLeaving = false
    @exclusivity(unchecked) var events: [Event] = []
    /// Of the last call that told it.
    @exclusivity(unchecked) var now = MonotonicTime.distantFuture
    /// Bytes of frames received, and those of them, and of answers, that made up messages.
    @exclusivity(unchecked) var receivedBytes = 0
    @exclusivity(unchecked) var messageBytes = 0
    /// Content that is kept for requests which are not complete.
    @exclusivity(unchecked) var heldBytes = 0
    /// Beyond it, what is incomplete is refused.
    @exclusivity(unchecked) var heldLimit: Int
    /// The requests that are over, and of which nobody has been told.
    @exclusivity(unchecked) private var ended: [Ended] = []
    /// The earliest of the streams' deadlines, or earlier.
    @exclusivity(unchecked) var nextDeadline = MonotonicTime.distantFuture

    /// Begins a connection; its settings wait to be sent.
    init(
        limits: ServerLimits,
        heads: RequestHeads = RequestHeads(),
        admit: @escaping Admit = { _, _ in true }
    ) {
        self.limits = limits
        self.heads = heads
        self.admit = admit
        headTimeout = MonotonicTime.nanoseconds(of: limits.headTimeout)
        writeTimeout = MonotonicTime.nanoseconds(of: limits.writeTimeout)
        heldLimit = limits.heldConnectionBodyBytes
        var callbacks: OpaquePointer?
        nghttp2_session_callbacks_new(&callbacks)
        defer { nghttp2_session_callbacks_del(callbacks) }
        Self.register(callbacks)
        var option: OpaquePointer?
        nghttp2_option_new(&option)
        defer { nghttp2_option_del(option) }
        nghttp2_option_set_no_closed_streams(option, 1)
        let context = Unmanaged.passUnretained(self).toOpaque()
        let result = nghttp2_session_server_new2(&raw, callbacks, context, option)
        // Fails for want of memory only, as do the calls above.
        precondition(result == 0, "nghttp2_session_server_new2: \(result)")
        submitSettings()
    }

    deinit { nghttp2_session_del(raw) }

    private func submitSettings() {
        let settings = [
            (NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, limits.concurrentStreams),
            (NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, limits.headBytes),
            // There is no priority among orders (RFC 9218 §2.1).
            (NGHTTP2_SETTINGS_NO_RFC7540_PRIORITIES, 1),
        ].map {
            nghttp2_settings_entry(settings_id: Int32($0.0.rawValue), value: UInt32($0.1))
        }
        nghttp2_submit_settings(raw, UInt8(NGHTTP2_FLAG_NONE.rawValue), settings, settings.count)
    }

    // MARK: State

    /// The number of streams that are open.
    var streamCount: Int { streams.count }

    /// Whether anything can still be received or waits to be sent.
    var isAlive: Bool {
        nghttp2_session_want_read(raw) != 0 || nghttp2_session_want_write(raw) != 0
    }

    // MARK: Receiving

    /// Takes bytes from the client, and hands out what they ask for.
    func receive(
        _ bytes: UnsafeRawBufferPointer,
        now: MonotonicTime,
        _ body: (Event) -> Void
    ) throws(Failure) {
        self.now = now
        receivedBytes += bytes.count
        var index = 0
        var handled = 0
        while let frame = scanner.next(bytes, &index) {
            let mayBeForbidden = closedStreams.mayForbid(frame)
            if mayBeForbidden || isClientLeaving {
                // Whether it is depends on what came before it.
                try handle(bytes[handled..<frame.start])
                handled = frame.start
            }
            if mayBeForbidden, let error = closedStreams.error(of: frame) {
                nghttp2_session_terminate_session(raw, error.rawValue)
                handled = bytes.count
                break
            }
            if frame.kind == .headers, !mayBeForbidden { closedStreams.begin(frame.stream) }
            if frame.kind == .goAway { isClientLeaving = true }
        }
        try handle(bytes[handled...])
        // Frames that carry no messages cost work as well: PING, SETTINGS, PRIORITY, WINDOW_UPDATE,
        // empty DATA.
        if receivedBytes / limits.overheadFactor > messageBytes + limits.overheadBytes {
            nghttp2_session_terminate_session(raw, NGHTTP2_ENHANCE_YOUR_CALM.rawValue)
        }
        handOut(body)
    }

    /// Hands out the events that have come, where they are: the memory is used again.
    func handOut(_ body: (Event) -> Void) {
        for index in 0..<events.count { body(events[index]) }
        events.removeAll(keepingCapacity: true)
    }

    private func handle(_ bytes: Slice<UnsafeRawBufferPointer>) throws(Failure) {
        let bytes = UnsafeRawBufferPointer(rebasing: bytes)
        guard let base = bytes.baseAddress, bytes.count > 0 else { return }
        let result = nghttp2_session_mem_recv(
            raw,
            base.assumingMemoryBound(to: UInt8.self),
            bytes.count
        )
        guard result >= 0 else { throw .protocolError }
    }

    /// Takes over a connection that was upgraded from HTTP/1.1; the request that asked for it is
    /// stream 1 (RFC 7540 §3.2).
    ///
    /// - Parameter settings: The decoded `HTTP2-Settings`.
    /// - Returns: Whether they are settings.
    func upgrade(settings: [UInt8], head: RequestHead) -> Bool {
        let isHead: Int32 = head.method == .head ? 1 : 0
        guard nghttp2_session_upgrade2(raw, settings, settings.count, isHead, nil) == 0 else {
            return false
        }
        closedStreams.begin(1)
        let stream = open(1, filling: nil)
        stream.hasEnded = true
        stream.head = head
        return true
    }

    @discardableResult
    func open(_ id: Int32, filling: RequestHead?) -> HTTP2Stream {
        let stream = HTTP2Stream(id: id, index: streams.count, filling: filling)
        streams.append(stream)
        let address = Unmanaged.passUnretained(stream).toOpaque()
        nghttp2_session_set_stream_user_data(raw, id, address)
        return stream
    }

    func stream(_ id: Int32) -> HTTP2Stream? {
        nghttp2_session_get_stream_user_data(raw, id).map {
            Unmanaged<HTTP2Stream>.fromOpaque($0).takeUnretainedValue()
        }
    }

    // MARK: Closing

    /// A request that is over.
    private struct Ended {
        let head: RequestHead?
        let outcome: RequestOutcome
    }

    func closed(_ id: Int32, _ code: UInt32) {
        guard let stream = stream(id) else { return }
        nghttp2_session_set_stream_user_data(raw, id, nil)
        if begun?.toOpaque() == Unmanaged.passUnretained(stream).toOpaque() { begun = nil }
        if !stream.isDecided { heldBytes -= stream.body.count }
        if stream.resetCode != nil { refusedCount -= 1 }
        if stream.hasEnded { closedStreams.end(id) }
        end(stream, code == 0 || stream.isDraining ? .complete : .clientLeft)
        let last = streams.removeLast()
        guard last !== stream else { return }
        streams[stream.index] = last
        last.index = stream.index
    }

    /// Gives up all streams: the connection ends without them.
    func abandon(_ ending: RequestOutcome.Ending) {
        for stream in streams {
            nghttp2_session_set_stream_user_data(raw, stream.id, nil)
            end(stream, ending)
        }
        streams = []
        begun = nil
        heldBytes = 0
    }

    private func end(_ stream: HTTP2Stream, _ ending: RequestOutcome.Ending) {
        if let work = stream.work.take() {
            work.cancel()
            work.resumeWriter()
        }
        let isCut = ending == .complete && !stream.answer.isTaken
        ended.append(
            Ended(
                head: stream.knownHead,
                outcome: RequestOutcome(
                    status: stream.answer.status,
                    sentBytes: stream.answer.sentBytes,
                    ending: stream.failure ?? (isCut ? .clientLeft : ending),
                    start: stream.head?.start ?? now
                )
            )
        )
    }

    /// Hands out the requests that are over, each once.
    func forEachEnded(_ body: (RequestHead?, RequestOutcome) -> Void) {
        while let last = ended.popLast() { body(last.head, last.outcome) }
    }

    // MARK: Ending

    /// Tells the client to send no more requests; those under way are still answered
    /// (RFC 9113 §6.8).
    func announceEnd() {
        nghttp2_submit_shutdown_notice(raw)
    }

    /// Names the last request that is answered, and ends when that has been done.
    func end() {
        nghttp2_submit_goaway(
            raw,
            UInt8(NGHTTP2_FLAG_NONE.rawValue),
            nghttp2_session_get_last_proc_stream_id(raw),
            NGHTTP2_NO_ERROR.rawValue,
            nil,
            0
        )
    }

    // MARK: Sending

    /// Appends frames that wait to be sent, until there are none or `limit` bytes are reached.
    func appendOutput(to output: inout OutputBuffer, limit: Int) throws(Failure) {
        while output.count < limit {
            var bytes: UnsafePointer<UInt8>?
            let count = nghttp2_session_mem_send(raw, &bytes)
            guard count >= 0 else { throw .protocolError }
            guard count > 0, let bytes else { return }
            output.append(UnsafeRawBufferPointer(start: bytes, count: count))
        }
    }
}
