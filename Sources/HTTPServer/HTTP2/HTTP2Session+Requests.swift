internal import CNghttp2
internal import Transport

/// Handles libnghttp2's callbacks about requests.
extension HTTP2Session {
    func begin(_ id: Int32) {
        let stream = spareStreams.take()
        stream.begin(id, index: streams.count, heads: heads)
        begun = .passUnretained(stream)
        setDeadline(stream, now.advanced(nanoseconds: headTimeout))
        open(stream)
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
            stream.append(name, value, limits: headLimits)
        }
    }

    /// Appends content to a request.
    ///
    /// - Parameter endsStream: Whether this frame is the last one. Content in one piece, like an
    ///   ordinary order, is never refused because of other requests' content.
    func content(_ id: Int32, _ bytes: UnsafeBufferPointer<UInt8>, endsStream: Bool) {
        messageBytes += bytes.count
        guard let stream = stream(id) else { return }
        guard !stream.isDecided else {
            drain(stream, bytes.count)
            return
        }
        stream.receivedBytes += bytes.count
        let timeout = limits.timeout(ofBodyWith: stream.receivedBytes)
        if stream.receivedBytes > stream.bodyLimitBytes {
            refuse(stream, .bodyTooLarge(limitBytes: stream.bodyLimitBytes))
        } else if stream.head?.isRefused == true {
            setDeadline(stream, stream.bodyStart.advanced(by: timeout))
        } else if heldBytes + bytes.count > heldLimit, !(endsStream && stream.body.isEmpty) {
            refuse(stream, .overloaded)
        } else {
            heldBytes += bytes.count
            stream.body.append(contentsOf: bytes)
            setDeadline(stream, stream.bodyStart.advanced(by: timeout))
        }
    }

    func endOfHead(_ id: Int32, isEndOfStream: Bool) {
        unmanagedStream(id)?._withUnsafeGuaranteedRef {
            endOfHead($0, isEndOfStream: isEndOfStream)
        }
    }

    private func endOfHead(_ stream: HTTP2Stream, isEndOfStream: Bool) {
        // The fields may also be trailers.
        stream.hasEnded = isEndOfStream
        guard !stream.isDecided else { return }
        if !stream.hasWholeHead {
            do throws(RequestError) {
                try stream.finishHead(headLimits)
            } catch {
                refuse(stream, error)
                return
            }
            admit(stream)
        }
        if isEndOfStream { endOfRequest(stream) } else { beginContent(stream) }
    }

    private func admit(_ stream: HTTP2Stream) {
        stream.lendHead { head in
            admit(head, now)
            stream.bodyLimitBytes = head.route?.bodyLimitBytes ?? limits.bodyBytes
        }
    }

    private func beginContent(_ stream: HTTP2Stream) {
        stream.bodyStart = now
        setDeadline(stream, now.advanced(by: limits.bodyTimeout))
        guard stream.head?.framing.expectsContinue == true, stream.receivedBytes == 0 else {
            return
        }
        guard let refusal = stream.head?.takeRefusal() else { return submitContinue(stream.id) }
        // The client decides whether it sends the content now (RFC 9110 §10.1.1).
        decide(stream, .refused(NGHTTP2_NO_ERROR.rawValue))
        refusedCount += 1
        events.append(.refused(stream: stream.id, refusal, isHead: stream.isHead))
    }

    func endOfRequest(_ id: Int32) {
        guard let stream = stream(id) else { return }
        stream.hasEnded = true
        endOfRequest(stream)
    }

    /// Records that the client resets a stream, which is about to be closed.
    func wasReset(_ id: Int32) { stream(id)?.hasEnded = true }

    private func endOfRequest(_ stream: HTTP2Stream) {
        guard !stream.isDecided, let head = stream.head else { return }
        decide(stream, .asked)
        if head.isRefused, let refusal = head.takeRefusal() {
            events.append(.refused(stream: stream.id, refusal, isHead: stream.isHead))
            return
        }
        let request = Request(head: head, body: stream.body)
        stream.body = []
        events.append(.request(stream: stream.id, request))
    }

    private func refuse(_ stream: HTTP2Stream, _ error: RequestError) {
        // The response comes before the stream error that RFC 9113 §8.1.1 requires for malformed
        // requests.
        let code = if case .malformed = error { NGHTTP2_PROTOCOL_ERROR } else { NGHTTP2_NO_ERROR }
        decide(stream, .refused(code.rawValue))
        stream.body = []
        if stream.failHead() { beganInvalid() }
        refusedCount += 1
        events.append(
            .invalid(stream: stream.id, error, stream.knownHead, isHead: stream.isHead)
        )
    }

    private func decide(_ stream: HTTP2Stream, _ state: HTTP2Stream.State) {
        stream.state = state
        stream.deadline = nil
        heldBytes -= stream.body.count
    }

    /// Discards more content of a refused request, up to the same limit as ``Channel/linger(_:)``
    /// over HTTP/1.1.
    private func drain(_ stream: HTTP2Stream, _ count: Int) {
        guard let code = stream.resetCode else { return }
        stream.droppedBytes += count
        if stream.droppedBytes > limits.transport.lingerBytes { reset(stream.id, code) }
    }

    // MARK: Deadlines

    func setDeadline(_ stream: HTTP2Stream, _ deadline: MonotonicTime) {
        stream.deadline = deadline
        // A comparison of the times themselves is a call through a table of the other module.
        if deadline.nanoseconds < nextDeadline.nanoseconds { nextDeadline = deadline }
    }

    /// Handles expired deadlines: refuses incomplete requests, cancels the tasks of late responses,
    /// and resets streams whose client is too slow.
    func expire(now: MonotonicTime, _ body: (consuming Event) -> Void) {
        self.now = now
        guard now >= nextDeadline else { return }
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
                    ? limits.headTimeout : limits.timeout(ofBodyWith: stream.receivedBytes)
                refuse(stream, .timedOut(limit: limit))
            case .asked where stream.answer.isAwaited:
                stream.deadline = nil
                stream.work?.cancel()
            case .asked, .refused:
                stream.failure = .timedOut
                reset(stream.id, NGHTTP2_CANCEL.rawValue)
            case .draining(let code): reset(stream.id, code)
            }
        }
        handOut(body)
    }

    func reset(_ id: Int32, _ code: UInt32) {
        nghttp2_submit_rst_stream(raw, UInt8(NGHTTP2_FLAG_NONE.rawValue), id, code)
    }
}
