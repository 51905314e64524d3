internal import CNghttp2
internal import Transport

/// Passes responses to libnghttp2.
extension HTTP2Session {
    /// Records the task that creates the response to a request, or cancels it if the stream is
    /// closed.
    ///
    /// - Parameter deadline: The time limit for the response.
    func begin(_ work: HTTP2Work, stream id: Int32, deadline: Duration?, now: MonotonicTime) {
        guard let stream = stream(id) else { return work.cancel() }
        stream.work = work
        if let deadline { setDeadline(stream, now.advanced(by: deadline)) }
    }

    /// Removes the task of a stream when the task ends.
    func endWork(stream id: Int32) { stream(id)?.work = nil }

    /// Cancels the tasks that write content, because the server stops.
    ///
    /// A task that waits for its client notices nothing of that; the deadline ends its stream.
    ///
    /// - Parameter end: The time until which clients may take streamed content.
    /// - Returns: Whether there is such a task.
    func cancelStreamedAnswers(until end: MonotonicTime) -> Bool {
        contentEnd = end
        var isAny = false
        for stream in streams where stream.answer.isStreaming {
            isAny = true
            if let deadline = stream.deadline { setDeadline(stream, min(deadline, end)) }
            stream.work?.cancel()
        }
        return isAny
    }

    /// Limits the time in which the client takes the streamed content that is there.
    private func setContentDeadline(_ stream: HTTP2Stream) {
        setDeadline(stream, min(now.advanced(nanoseconds: writeTimeout), contentEnd))
    }

    /// Submits the response to a request, unless its client has cancelled it.
    ///
    /// - Parameter omitsBody: Whether the request is a HEAD.
    func submit(
        _ response: Response,
        stream id: Int32,
        omitsBody: Bool,
        date: [UInt8],
        now: MonotonicTime
    ) {
        self.now = now
        guard let stream = unmanagedStream(id) else { return }
        let length: Int
        let isStream: Bool
        switch response.content {
        case .bytes(let content):
            length = content.count
            isStream = false
            let kept = omitsBody ? [] : content
            stream._withUnsafeGuaranteedRef {
                $0.answer.begin(response.status, kept)
                setDeadline($0, now.advanced(nanoseconds: writeTimeout))
            }
        case .stream:
            length = 0
            isStream = !omitsBody && !response.hasNoContent
            stream._withUnsafeGuaranteedRef {
                if isStream {
                    $0.answer.beginStream(response.status)
                    $0.deadline = nil
                } else {
                    $0.answer.begin(response.status, [])
                    setDeadline($0, now.advanced(nanoseconds: writeTimeout))
                }
            }
        }
        messageBytes += response.fields.bytes.count + length
        // RFC 9110 §8.6: a 204 must not have a length; the length of a 304 would be that of the
        // 200.
        let stated = response.hasNoContent || response.isStream ? nil : length
        list.withFields(of: response, date: date, length: stated) { list in
            guard isStream || !omitsBody && length > 0 else {
                nghttp2_submit_response(raw, id, list.baseAddress, list.count, nil)
                return
            }
            var provider = nghttp2_data_provider()
            // The list of open streams retains the stream as long as libnghttp2 may call back for
            // more content.
            provider.source.ptr = stream.toOpaque()
            provider.read_callback = { _, _, _, length, flags, source, context in
                HTTP2Session.takeAnswer(source?.pointee.ptr, length, flags, context)
            }
            nghttp2_submit_response(raw, id, list.baseAddress, list.count, &provider)
        }
    }

    /// Submits `100 Continue`, the only interim response (RFC 9110 §15.2.1).
    func submitContinue(_ id: Int32) {
        list.withFields(of: Response(.continue), date: [], length: nil) { list in
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

    /// Takes a part of a response's content for a DATA frame.
    ///
    /// libnghttp2 then calls back for the frame, which spares its own copy of the content:
    /// ``appendData(_:_:_:_:)``.
    private static func takeAnswer(
        _ stream: UnsafeMutableRawPointer?,
        _ length: Int,
        _ flags: UnsafeMutablePointer<UInt32>?,
        _ context: UnsafeMutableRawPointer?
    ) -> Int {
        guard let stream, let flags else {
            return Int(NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE.rawValue)
        }
        flags.pointee |= NGHTTP2_DATA_FLAG_NO_COPY.rawValue
        return Unmanaged<HTTP2Stream>.fromOpaque(stream)._withUnsafeGuaranteedRef { stream in
            switch stream.answer.take(atMost: length) {
            case .nothing:
                stream.deadline = nil
                return Int(NGHTTP2_ERR_DEFERRED.rawValue)
            case .last(let count):
                flags.pointee |= NGHTTP2_DATA_FLAG_EOF.rawValue
                return count
            case .part(let count):
                if stream.answer.isStreaming { lend(context) { $0.tookPart(of: stream) } }
                return count
            }
        }
    }

    /// Appends a DATA frame with the part of the content that was taken for it.
    ///
    /// - Returns: 0, or `NGHTTP2_ERR_PAUSE` when the output is full.
    func appendData(
        _ stream: UnsafeMutableRawPointer?,
        _ header: UnsafePointer<UInt8>?,
        _ count: Int
    ) -> Int32 {
        guard let stream, let header, let output else {
            return NGHTTP2_ERR_CALLBACK_FAILURE.rawValue
        }
        output.pointee.append(UnsafeRawBufferPointer(start: header, count: Self.frameHeaderBytes))
        Unmanaged<HTTP2Stream>.fromOpaque(stream)._withUnsafeGuaranteedRef {
            $0.answer.withTaken(count) { output.pointee.append($0) }
        }
        return output.pointee.count < outputLimit ? 0 : NGHTTP2_ERR_PAUSE.rawValue
    }

    /// RFC 9113 §4.1.
    private static let frameHeaderBytes = 9

    // MARK: Streamed content

    private enum Limits {
        /// The most bytes of one response's streamed content that wait for the client.
        static let waitingBytes = 32 * 1024
    }

    /// Returns how many bytes of content can be added without a wait; `nil` when the client has
    /// cancelled the request.
    func room(stream id: Int32) -> Int? {
        stream(id).map { max(0, Limits.waitingBytes - $0.answer.waitingBytes) }
    }

    /// Appends content that fits into ``room(stream:)``.
    func append(_ bytes: ArraySlice<UInt8>, stream id: Int32, now: MonotonicTime) {
        self.now = now
        guard let stream = stream(id) else { return }
        messageBytes += bytes.count
        stream.answer.append(bytes)
        if stream.deadline == nil { setContentDeadline(stream) }
        nghttp2_session_resume_data(raw, id)
    }

    /// Marks the content as complete.
    func endContent(stream id: Int32, now: MonotonicTime) {
        self.now = now
        guard let stream = stream(id) else { return }
        stream.answer.endContent()
        setContentDeadline(stream)
        nghttp2_session_resume_data(raw, id)
    }

    /// Resets the stream, which tells the client that the content is incomplete (RFC 9113 §8.1).
    func abandonContent(stream id: Int32) {
        guard let stream = stream(id) else { return }
        stream.failure = .abandoned
        reset(id, NGHTTP2_INTERNAL_ERROR.rawValue)
    }

    /// Handles progress: the client accepts content.
    private func tookPart(of stream: HTTP2Stream) {
        setContentDeadline(stream)
        stream.work?.resumeWriter()
    }

    func sentEndOfStream(_ id: Int32) {
        guard refusedCount > 0, let stream = stream(id), let code = stream.resetCode else { return }
        stream.state = .draining(code)
        setDeadline(stream, now.advanced(by: limits.transport.lingerTimeout))
    }
}
