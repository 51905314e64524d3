internal import CNghttp2
internal import Transport

/// The way of answers to libnghttp2.
extension HTTP2Session {
    /// A task begins to make the answer to a request, or nothing needs it any more: then it is cancelled.
    ///
    /// - Parameter deadline: How long the answer may take.
    func begin(_ work: HTTP2Work, stream id: Int32, deadline: Duration?, now: MonotonicTime) {
        guard let stream = stream(id) else { return work.cancel() }
        stream.work = work
        if let deadline { setDeadline(stream, now.advanced(by: deadline)) }
    }

    /// That task ends.
    func endWork(stream id: Int32) { stream(id)?.work = nil }

    /// Cancels the tasks that write content: the server stops.
    func cancelStreamedAnswers() {
        for stream in streams where stream.answer.isStreaming { stream.work?.cancel() }
    }

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
        let content = response.body
        messageBytes += response.fields.bytes.count + content.count
        let isStream = response.isStream && !omitsBody && !response.hasNoContent
        if isStream {
            stream.answer.beginStream(response.status)
            stream.deadline = nil
        } else {
            stream.answer.begin(response.status, omitsBody ? [] : content)
            setDeadline(stream, now.advanced(nanoseconds: writeTimeout))
        }
        // RFC 9110 §8.6: no length with 204; with 304 it would have to be the 200's.
        let length = response.hasNoContent || response.isStream ? nil : content.count
        list.withFields(of: response, date: date, length: length) { list in
            guard isStream || !omitsBody && !content.isEmpty else {
                nghttp2_submit_response(raw, id, list.baseAddress, list.count, nil)
                return
            }
            var provider = nghttp2_data_provider()
            // Held among the open streams for as long as libnghttp2 may ask it for more.
            provider.source.ptr = Unmanaged.passUnretained(stream).toOpaque()
            provider.read_callback = { _, _, buffer, length, flags, source, context in
                HTTP2Session.takeAnswer(source?.pointee.ptr, buffer, length, flags, context)
            }
            nghttp2_submit_response(raw, id, list.baseAddress, list.count, &provider)
        }
    }

    /// `100 Continue`, the only interim answer (RFC 9110 §15.2.1).
    func submitContinue(_ id: Int32) {
        list.withFields(of: Response(.continue), date: nil, length: nil) { list in
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
        _ flags: UnsafeMutablePointer<UInt32>?,
        _ context: UnsafeMutableRawPointer?
    ) -> Int {
        guard let stream, let buffer else {
            return Int(NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE.rawValue)
        }
        let target = UnsafeMutableRawBufferPointer(start: buffer, count: length)
        return Unmanaged<HTTP2Stream>.fromOpaque(stream)._withUnsafeGuaranteedRef { stream in
            switch stream.answer.take(target) {
            case .nothing:
                stream.deadline = nil
                return Int(NGHTTP2_ERR_DEFERRED.rawValue)
            case .last(let count):
                flags?.pointee |= NGHTTP2_DATA_FLAG_EOF.rawValue
                return count
            case .part(let count):
                if stream.answer.isStreaming { lend(context) { $0.tookPart(of: stream) } }
                return count
            }
        }
    }

    // MARK: Streamed content

    private enum Limits {
        /// Streamed content of one answer that waits for its client.
        static let waitingBytes = 32 * 1024
    }

    /// How much more content an answer's client can be sent without waiting; `nil` when it has given
    /// the answer up.
    func room(stream id: Int32) -> Int? {
        stream(id).map { max(0, Limits.waitingBytes - $0.answer.waitingBytes) }
    }

    /// Suspends until there is room, or nobody who wants it.
    func waitForRoom(stream id: Int32) async {
        await stream(id)?.work?.waitForRoom()
    }

    /// Adds content for which there is ``room(stream:)``.
    func append(_ bytes: ArraySlice<UInt8>, stream id: Int32, now: MonotonicTime) {
        self.now = now
        guard let stream = stream(id) else { return }
        messageBytes += bytes.count
        stream.answer.append(bytes)
        if stream.deadline == nil { setDeadline(stream, now.advanced(nanoseconds: writeTimeout)) }
        nghttp2_session_resume_data(raw, id)
    }

    /// The content is complete.
    func endContent(stream id: Int32, now: MonotonicTime) {
        self.now = now
        guard let stream = stream(id) else { return }
        stream.answer.endContent()
        setDeadline(stream, now.advanced(nanoseconds: writeTimeout))
        nghttp2_session_resume_data(raw, id)
    }

    /// The content will not be complete, which the client is told (RFC 9113 §8.1).
    func abandonContent(stream id: Int32) {
        guard let stream = stream(id) else { return }
        stream.failure = .abandoned
        reset(id, NGHTTP2_INTERNAL_ERROR.rawValue)
    }

    /// The client takes what it is sent.
    private func tookPart(of stream: HTTP2Stream) {
        setDeadline(stream, now.advanced(nanoseconds: writeTimeout))
        stream.work?.resumeWriter()
    }

    func sentEndOfStream(_ id: Int32) {
        guard refusedCount > 0, let stream = stream(id), let code = stream.resetCode else { return }
        stream.state = .draining(code)
        setDeadline(stream, now.advanced(by: limits.transport.lingerTimeout))
    }
}
