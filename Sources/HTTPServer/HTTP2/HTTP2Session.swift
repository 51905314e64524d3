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
        /// What is no request; it is answered all the same.
        case refused(stream: Int32, RequestError, FieldSection, isHead: Bool)
    }

    private let limits: ServerLimits
    private let heads: RequestHeads
    /// The time limits that are needed with every request, in nanoseconds.
    private let headTimeout: Int64
    private let writeTimeout: Int64
    /// Set in the initializer, after all else.
    @exclusivity(unchecked) private var raw: OpaquePointer?
    /// The open streams; libnghttp2 knows each by its address, and says when it is closed.
    @exclusivity(unchecked) private var streams: [HTTP2Stream] = []
    /// The last that was begun: its fields come one after the other (RFC 9113 §4.3).
    ///
    /// One of the open streams, which are what holds it; forgotten when that one is closed.
    @exclusivity(unchecked) private var begun: Unmanaged<HTTP2Stream>?
    /// How many of the open streams have had their request refused.
    @exclusivity(unchecked) private var refusedCount = 0
    @exclusivity(unchecked) private var list = HTTP2FieldList()
    @exclusivity(unchecked) private var scanner = HTTP2FrameScanner()
    @exclusivity(unchecked) private var closedStreams = HTTP2ClosedStreams()
    /// Whether the client has sent GOAWAY: from then on libnghttp2 passes over all that comes when no
    /// stream is open, and asks itself only when it is called.
    @exclusivity(unchecked) private var isClientLeaving = false
    @exclusivity(unchecked) private var events: [Event] = []
    /// Of the last call that told it.
    @exclusivity(unchecked) private var now = MonotonicTime.distantFuture
    /// Bytes of frames received, and those of them, and of answers, that made up messages.
    @exclusivity(unchecked) private var receivedBytes = 0
    @exclusivity(unchecked) private var messageBytes = 0
    /// Content that is kept for requests which are not complete.
    @exclusivity(unchecked) private(set) var heldBytes = 0
    /// Beyond it, what is incomplete is refused.
    @exclusivity(unchecked) var heldLimit: Int
    /// The earliest of the streams' deadlines, or earlier.
    @exclusivity(unchecked) private(set) var nextDeadline = MonotonicTime.distantFuture

    /// Begins a connection; its settings wait to be sent.
    init(limits: ServerLimits, heads: RequestHeads = RequestHeads()) {
        self.limits = limits
        self.heads = heads
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

    /// Takes bytes from the client, and returns what they ask for.
    func receive(
        _ bytes: UnsafeRawBufferPointer,
        now: MonotonicTime
    ) throws(Failure) -> [Event] {
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
        defer { events.removeAll(keepingCapacity: true) }
        return events
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
    func upgrade(settings: [UInt8], isHead: Bool) -> Bool {
        guard
            nghttp2_session_upgrade2(raw, settings, settings.count, isHead ? 1 : 0, nil) == 0
        else { return false }
        closedStreams.begin(1)
        open(1, filling: nil).hasEnded = true
        return true
    }

    @discardableResult
    private func open(_ id: Int32, filling: RequestHead?) -> HTTP2Stream {
        let stream = HTTP2Stream(id: id, index: streams.count, filling: filling)
        streams.append(stream)
        let address = Unmanaged.passUnretained(stream).toOpaque()
        nghttp2_session_set_stream_user_data(raw, id, address)
        return stream
    }

    private func stream(_ id: Int32) -> HTTP2Stream? {
        nghttp2_session_get_stream_user_data(raw, id).map {
            Unmanaged<HTTP2Stream>.fromOpaque($0).takeUnretainedValue()
        }
    }

    func begin(_ id: Int32) {
        let stream = open(id, filling: heads.take())
        begun = .passUnretained(stream)
        setDeadline(stream, now.advanced(nanoseconds: headTimeout))
    }

    func field(
        _ id: Int32,
        _ name: UnsafeBufferPointer<UInt8>,
        _ value: UnsafeBufferPointer<UInt8>
    ) {
        messageBytes += name.count + value.count
        // Trailers are dropped (RFC 9110 §6.5.1).
        begun?._withUnsafeGuaranteedRef { stream in
            guard stream.id == id, !stream.isDecided else { return }
            stream.append(name, value, limits: limits)
        }
    }

    /// - Parameter endsStream: Whether nothing follows its frame: content that comes in one piece, as
    ///   an ordinary order does, is never refused for what others hold.
    func content(_ id: Int32, _ bytes: UnsafeBufferPointer<UInt8>, endsStream: Bool) {
        messageBytes += bytes.count
        guard let stream = stream(id) else { return }
        guard !stream.isDecided else {
            drain(stream, bytes.count)
            return
        }
        if stream.body.count + bytes.count > limits.bodyBytes {
            refuse(stream, .bodyTooLarge(limitBytes: limits.bodyBytes))
        } else if heldBytes + bytes.count > heldLimit, !(endsStream && stream.body.isEmpty) {
            refuse(stream, .overloaded)
        } else {
            heldBytes += bytes.count
            stream.body.append(contentsOf: bytes)
            let timeout = limits.timeout(ofBodyWith: stream.body.count)
            setDeadline(stream, stream.bodyStart.advanced(by: timeout))
        }
    }

    func endOfHead(_ id: Int32, isEndOfStream: Bool) {
        let last = begun.take()?.takeUnretainedValue()
        // These may also be the trailers of a request that was begun before the last.
        guard let stream = last?.id == id ? last : stream(id) else { return }
        stream.hasEnded = isEndOfStream
        guard !stream.isDecided else { return }
        if stream.head == nil {
            do throws(RequestError) {
                try stream.finishHead(limits)
            } catch {
                refuse(stream, error)
                return
            }
        }
        if isEndOfStream {
            endOfRequest(stream)
        } else {
            stream.bodyStart = now
            setDeadline(stream, now.advanced(by: limits.bodyTimeout))
            if stream.head?.framing.expectsContinue == true, stream.body.isEmpty {
                submitContinue(id)
            }
        }
    }

    func endOfRequest(_ id: Int32) {
        guard let stream = stream(id) else { return }
        stream.hasEnded = true
        endOfRequest(stream)
    }

    /// The client resets a stream, which is about to be closed.
    func wasReset(_ id: Int32) { stream(id)?.hasEnded = true }

    private func endOfRequest(_ stream: HTTP2Stream) {
        guard !stream.isDecided, let head = stream.head else { return }
        decide(stream, .asked)
        let request = Request(head: head, body: stream.body)
        stream.body = []
        events.append(.request(stream: stream.id, request))
    }

    private func refuse(_ stream: HTTP2Stream, _ error: RequestError) {
        // The answer comes before what RFC 9113 §8.1.1 wants done with malformed requests.
        let code = if case .malformed = error { NGHTTP2_PROTOCOL_ERROR } else { NGHTTP2_NO_ERROR }
        decide(stream, .refused(code.rawValue))
        stream.body = []
        refusedCount += 1
        events.append(.refused(stream: stream.id, error, stream.fields, isHead: stream.isHead))
    }

    private func decide(_ stream: HTTP2Stream, _ state: HTTP2Stream.State) {
        stream.state = state
        stream.deadline = nil
        heldBytes -= stream.body.count
    }

    /// Throws away more of a request that has been refused, as far as ``Channel/linger(_:)`` does over
    /// HTTP/1.1.
    private func drain(_ stream: HTTP2Stream, _ count: Int) {
        guard let code = stream.refusal else { return }
        stream.droppedBytes += count
        if stream.droppedBytes > limits.transport.lingerBytes { reset(stream.id, code) }
    }

    func closed(_ id: Int32) {
        guard let stream = stream(id) else { return }
        nghttp2_session_set_stream_user_data(raw, id, nil)
        if begun?.toOpaque() == Unmanaged.passUnretained(stream).toOpaque() { begun = nil }
        if !stream.isDecided { heldBytes -= stream.body.count }
        if stream.refusal != nil { refusedCount -= 1 }
        if stream.hasEnded { closedStreams.end(id) }
        let last = streams.removeLast()
        guard last !== stream else { return }
        streams[stream.index] = last
        last.index = stream.index
    }

    // MARK: Deadlines

    private func setDeadline(_ stream: HTTP2Stream, _ deadline: MonotonicTime) {
        stream.deadline = deadline
        nextDeadline = min(nextDeadline, deadline)
    }

    /// Refuses the requests that were not completed in time, and gives up the answers that are not
    /// taken.
    func expire(now: MonotonicTime) -> [Event] {
        self.now = now
        guard now >= nextDeadline else { return [] }
        nextDeadline = .distantFuture
        for stream in streams {
            guard let deadline = stream.deadline else { continue }
            guard deadline <= now else {
                nextDeadline = min(nextDeadline, deadline)
                continue
            }
            switch stream.state {
            case .receiving:
                let limit =
                    stream.head == nil
                    ? limits.headTimeout : limits.timeout(ofBodyWith: stream.body.count)
                refuse(stream, .timedOut(limit: limit))
            case .asked, .refused: reset(stream.id, NGHTTP2_CANCEL.rawValue)
            case .draining(let code): reset(stream.id, code)
            }
        }
        defer { events.removeAll(keepingCapacity: true) }
        return events
    }

    private func reset(_ id: Int32, _ code: UInt32) {
        nghttp2_submit_rst_stream(raw, UInt8(NGHTTP2_FLAG_NONE.rawValue), id, code)
    }

    // MARK: Answering

    /// Answers a request, unless its client has given it up.
    ///
    /// - Parameter omitsBody: Whether this answers HEAD.
    func submit(
        _ response: Response,
        stream id: Int32,
        omitsBody: Bool,
        date: [UInt8],
        now: MonotonicTime
    ) {
        self.now = now
        guard let stream = stream(id) else { return }
        messageBytes += response.fields.bytes.count + response.body.count
        setDeadline(stream, now.advanced(nanoseconds: writeTimeout))
        if let head = stream.head.take() { heads.giveBack(head) }
        let hasContent = !omitsBody && !response.body.isEmpty
        if hasContent { stream.begin(answer: response.body) }
        // RFC 9110 §8.6: no length with 204; with 304 it would have to be the 200's.
        let hasLength = response.status.code != 204 && response.status.code != 304
        list.withFields(of: response, date: date, hasLength: hasLength) { list in
            guard hasContent else {
                nghttp2_submit_response(raw, id, list.baseAddress, list.count, nil)
                return
            }
            var provider = nghttp2_data_provider()
            // Held among the open streams for as long as libnghttp2 may ask it for more.
            provider.source.ptr = Unmanaged.passUnretained(stream).toOpaque()
            provider.read_callback = { _, _, buffer, length, flags, source, _ in
                HTTP2Session.takeAnswer(source?.pointee.ptr, buffer, length, flags)
            }
            nghttp2_submit_response(raw, id, list.baseAddress, list.count, &provider)
        }
    }

    /// `100 Continue`, the only interim answer (RFC 9110 §15.2.1).
    private func submitContinue(_ id: Int32) {
        list.withFields(of: Response(.continue), date: nil, hasLength: false) { list in
            _ = nghttp2_submit_headers(
                raw,
                UInt8(NGHTTP2_FLAG_NONE.rawValue),
                id,
                nil,
                list.baseAddress,
                list.count,
                nil
            )
        }
    }

    /// Moves a part of an answer's content into a DATA frame.
    private static func takeAnswer(
        _ stream: UnsafeMutableRawPointer?,
        _ buffer: UnsafeMutablePointer<UInt8>?,
        _ length: Int,
        _ flags: UnsafeMutablePointer<UInt32>?
    ) -> Int {
        guard let stream, let buffer else {
            return Int(NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE.rawValue)
        }
        let target = UnsafeMutableRawBufferPointer(start: buffer, count: length)
        let (count, isLast) = Unmanaged<HTTP2Stream>.fromOpaque(stream)._withUnsafeGuaranteedRef {
            $0.takeAnswer(target)
        }
        if isLast { flags?.pointee |= NGHTTP2_DATA_FLAG_EOF.rawValue }
        return count
    }

    func sentEndOfStream(_ id: Int32) {
        guard refusedCount > 0, let stream = stream(id), let code = stream.refusal else { return }
        stream.state = .draining(code)
        setDeadline(stream, now.advanced(by: limits.transport.lingerTimeout))
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
