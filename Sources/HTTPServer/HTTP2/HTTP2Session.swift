internal import CNghttp2
internal import Transport

/// One HTTP/2 connection without I/O (RFC 9113, with libnghttp2), between received and sent bytes.
///
/// It turns received bytes into requests, and responses into bytes to send.
///
/// It belongs to one task. Callbacks happen only while libnghttp2 runs, never while the session
/// changes its own properties. Exclusive access therefore needs no check at run time.
///
/// libnghttp2 implements the frames, HPACK, flow control and the states of streams. It also ends
/// connections that reset streams too fast (CVE-2023-44487), send endless CONTINUATION frames
/// (CVE-2024-28182) or leave too many acknowledgements unread.
final class HTTP2Session {
    /// The reason why a connection cannot continue.
    enum Failure: Error {
        /// A protocol error; a GOAWAY frame reports it to the client, if the client still reads.
        case protocolError
    }

    /// A message from the client that needs a response.
    enum Event {
        case request(stream: Int32, Request)
        /// A request that the handler refused.
        case refused(stream: Int32, Response, isHead: Bool)
        /// An invalid request, which still receives a response.
        case invalid(stream: Int32, RequestError, RequestHead?, isHead: Bool)
    }

    /// Lets the handler decide on a request whose head is complete.
    typealias Admit = (RequestHead, _ now: MonotonicTime) -> Void

    let limits: ServerLimits
    let headLimits: HTTP2HeadBuilder.Limits
    let heads: RequestHeads
    let spareStreams: HTTP2Streams
    private let memory: HTTP2Memory
    let admit: Admit
    /// Called when a request begins whose head is invalid or incomplete.
    let beganInvalid: () -> Void
    /// The time limits that every request needs, in nanoseconds.
    let headTimeout: Int64
    let writeTimeout: Int64
    /// The session of libnghttp2; the initializer sets it after all other properties.
    @exclusivity(unchecked) var raw: OpaquePointer?
    /// The open streams; libnghttp2 stores the address of each and reports when it is closed.
    @exclusivity(unchecked) var streams: [HTTP2Stream] = []
    /// The last stream that was begun; its fields arrive without interruption (RFC 9113 §4.3), and
    /// most requests are complete with them.
    ///
    /// The list of open streams retains it; the reference is cleared when the stream is closed.
    @exclusivity(unchecked) var begun: Unmanaged<HTTP2Stream>?
    /// The number of open streams whose request was refused.
    @exclusivity(unchecked) var refusedCount = 0
    @exclusivity(unchecked) var list = HTTP2FieldList()
    @exclusivity(unchecked) var scanner = HTTP2FrameScanner()
    @exclusivity(unchecked) var closedStreams = HTTP2ClosedStreams()
    /// Whether the client has sent GOAWAY.
    ///
    /// From then on, libnghttp2 ignores all input while no stream is open. It checks this only at
    /// the start of a call.
    @exclusivity(unchecked) var isClientLeaving = false
    @exclusivity(unchecked) var events = HTTP2Events()
    /// The time of the last call that passed it.
    @exclusivity(unchecked) var now = MonotonicTime.distantFuture
    /// The bytes of received frames, and the bytes of messages in received frames and in responses.
    @exclusivity(unchecked) var receivedBytes = 0
    @exclusivity(unchecked) var messageBytes = 0
    /// The content bytes that are kept for incomplete requests.
    @exclusivity(unchecked) var heldBytes = 0
    /// The limit on these bytes; above it, incomplete requests are refused.
    @exclusivity(unchecked) var heldLimit: Int
    /// The buffer that ``appendOutput(to:limit:)`` fills, and its limit.
    @exclusivity(unchecked) var output: UnsafeMutablePointer<OutputBuffer>?
    @exclusivity(unchecked) var outputLimit = 0
    /// The streams of the requests that are over but not reported yet.
    @exclusivity(unchecked) private var ended: [HTTP2Stream] = []
    /// Whether libnghttp2 may still refer to streams that are over.
    @exclusivity(unchecked) private var isAbandoned = false
    /// The time until which clients may take streamed content while the server stops.
    @exclusivity(unchecked) var contentEnd = MonotonicTime.distantFuture
    /// The earliest deadline of the streams, or an earlier time.
    @exclusivity(unchecked) var nextDeadline = MonotonicTime.distantFuture

    /// Begins a connection; its SETTINGS frame waits to be sent.
    init(
        limits: ServerLimits,
        heads: RequestHeads = RequestHeads(),
        streams: HTTP2Streams = HTTP2Streams(),
        memory: HTTP2Memory = HTTP2Memory(),
        admit: @escaping Admit = { _, _ in },
        beganInvalid: @escaping () -> Void = {}
    ) {
        self.limits = limits
        headLimits = HTTP2HeadBuilder.Limits(limits)
        self.heads = heads
        spareStreams = streams
        self.memory = memory
        self.admit = admit
        self.beganInvalid = beganInvalid
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
        var functions = memory.functions
        let result = nghttp2_session_server_new3(&raw, callbacks, context, option, &functions)
        // This and the calls above fail only when memory is exhausted.
        precondition(result == 0, "nghttp2_session_server_new3: \(result)")
        submitSettings()
    }

    deinit { nghttp2_session_del(raw) }

    private func submitSettings() {
        let settings = [
            (NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, limits.concurrentStreams),
            (NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, limits.headBytes),
            // Orders have no priorities (RFC 9218 §2.1).
            (NGHTTP2_SETTINGS_NO_RFC7540_PRIORITIES, 1),
        ].map {
            nghttp2_settings_entry(settings_id: Int32($0.0.rawValue), value: UInt32($0.1))
        }
        nghttp2_submit_settings(raw, UInt8(NGHTTP2_FLAG_NONE.rawValue), settings, settings.count)
    }

    // MARK: State

    /// The number of open streams.
    var streamCount: Int { streams.count }

    /// Whether the session can still receive frames or has frames to send.
    var isAlive: Bool {
        nghttp2_session_want_read(raw) != 0 || nghttp2_session_want_write(raw) != 0
    }

    // MARK: Receiving

    /// Processes bytes from the client and calls `body` for each resulting event.
    ///
    /// It calls `body` after all bytes, outside libnghttp2's callbacks.
    func receive(
        _ bytes: UnsafeRawBufferPointer,
        now: MonotonicTime,
        _ body: (consuming Event) -> Void
    ) throws(Failure) {
        self.now = now
        receivedBytes += bytes.count
        var index = 0
        var handled = 0
        while let frame = scanner.next(bytes, &index) {
            let mayBeForbidden = closedStreams.mayForbid(frame)
            if mayBeForbidden || isClientLeaving {
                // Pass the earlier frames to libnghttp2 first, because they decide whether this
                // frame is forbidden.
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
        // Frames that carry no messages also cost work: PING, SETTINGS, PRIORITY, WINDOW_UPDATE,
        // empty DATA.
        if receivedBytes / limits.overheadFactor > messageBytes + limits.overheadBytes {
            nghttp2_session_terminate_session(raw, NGHTTP2_ENHANCE_YOUR_CALM.rawValue)
        }
        handOut(body)
    }

    /// Calls `body` for each event.
    func handOut(_ body: (consuming Event) -> Void) {
        while let event = events.next() { body(event) }
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

    /// Takes over a connection that was upgraded from HTTP/1.1; the upgrade request becomes stream
    /// 1 (RFC 7540 §3.2).
    ///
    /// - Parameter settings: The decoded `HTTP2-Settings`.
    /// - Returns: Whether the settings are valid.
    func upgrade(settings: [UInt8], head: RequestHead) -> Bool {
        let isHead: Int32 = head.method == .head ? 1 : 0
        guard nghttp2_session_upgrade2(raw, settings, settings.count, isHead, nil) == 0 else {
            return false
        }
        closedStreams.begin(1)
        let stream = spareStreams.take()
        stream.begin(1, index: streams.count, asking: head)
        open(stream)
        return true
    }

    func open(_ stream: consuming HTTP2Stream) {
        let address = Unmanaged.passUnretained(stream).toOpaque()
        nghttp2_session_set_stream_user_data(raw, stream.id, address)
        streams.append(stream)
    }

    func stream(_ id: Int32) -> HTTP2Stream? { unmanagedStream(id)?.takeUnretainedValue() }

    /// Returns an open stream; the list of open streams retains it until ``closed(_:_:)``.
    @inline(__always)
    func unmanagedStream(_ id: Int32) -> Unmanaged<HTTP2Stream>? {
        if let begun, begun._withUnsafeGuaranteedRef({ $0.id == id }) { return begun }
        return nghttp2_session_get_stream_user_data(raw, id).map {
            Unmanaged<HTTP2Stream>.fromOpaque($0)
        }
    }

    // MARK: Closing

    /// Moves a stream from the open ones to the ended ones; libnghttp2 forgets it after this call.
    func closed(_ id: Int32, _ code: UInt32) {
        guard let known = unmanagedStream(id) else { return }
        if begun?.toOpaque() == known.toOpaque() { begun = nil }
        let index = known._withUnsafeGuaranteedRef { stream in
            if !stream.isDecided { heldBytes -= stream.body.count }
            if stream.resetCode != nil { refusedCount -= 1 }
            if stream.hasEnded { closedStreams.end(id) }
            end(stream, code == 0 || stream.isDraining ? .complete : .clientLeft)
            // The request may be reported later, when the client has read other responses.
            stream.dropContent()
            return stream.index
        }
        let last = streams.count - 1
        if index != last {
            streams.swapAt(index, last)
            streams[index].index = index
        }
        ended.append(streams.removeLast())
    }

    /// Drops all streams, because the connection has ended.
    func abandon(_ ending: RequestOutcome.Ending) {
        for stream in streams {
            nghttp2_session_set_stream_user_data(raw, stream.id, nil)
            end(stream, ending)
        }
        ended += streams
        streams = []
        isAbandoned = true
        begun = nil
        heldBytes = 0
    }

    private func end(_ stream: HTTP2Stream, _ ending: RequestOutcome.Ending) {
        if let work = stream.work.take() {
            work.cancel()
            work.resumeWriter()
        }
        let isCut = ending == .complete && !stream.answer.isTaken
        stream.ending = stream.failure ?? (isCut ? .clientLeft : ending)
    }

    /// Calls `body` for each request that is over, once, with whether it had begun.
    ///
    /// A later request may reuse its head after the call, unless someone still references it then.
    func forEachEnded(_ body: (RequestHead?, Bool, RequestOutcome) -> Void) {
        while let stream = ended.popLast() {
            let outcome = stream.outcome(now: now)
            let hasBegun = stream.hasBegun
            if stream.lendHead({ body($0, hasBegun, outcome) }) == nil {
                body(nil, hasBegun, outcome)
            }
            if !isAbandoned { spareStreams.giveBack(stream) }
        }
    }

    // MARK: Ending

    /// Tells the client to send no more requests; requests in progress still receive a response
    /// (RFC 9113 §6.8).
    func announceEnd() {
        nghttp2_submit_shutdown_notice(raw)
    }

    /// Submits a GOAWAY with the last processed stream; the session ends after these streams.
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

    /// Appends frames that wait to be sent, until none are left or `limit` bytes are reached.
    func appendOutput(to output: inout OutputBuffer, limit: Int) throws(Failure) {
        outputLimit = limit
        try withUnsafeMutablePointer(to: &output) { output throws(Failure) in
            self.output = output
            defer { self.output = nil }
            while output.pointee.count < limit {
                var bytes: UnsafePointer<UInt8>?
                let count = nghttp2_session_mem_send(raw, &bytes)
                guard count >= 0 else { throw .protocolError }
                guard count > 0, let bytes else { return }
                output.pointee.append(UnsafeRawBufferPointer(start: bytes, count: count))
            }
        }
    }
}
