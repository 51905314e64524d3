internal import CNghttp2

/// The callbacks of libnghttp2, passed on to the session.
extension HTTP2Session {
    /// Calls `body` with the session that libnghttp2 calls back.
    ///
    /// The call does not count a reference. libnghttp2 calls back only during calls of the session,
    /// so the session is retained meanwhile.
    @inline(__always)
    static func lend<Value>(
        _ context: UnsafeMutableRawPointer?,
        _ body: (HTTP2Session) -> Value
    ) -> Value {
        // The context is never nil, because the initializer passes it to libnghttp2.
        guard let context else { preconditionFailure("a session without its context") }
        return Unmanaged<HTTP2Session>.fromOpaque(context)._withUnsafeGuaranteedRef(body)
    }

    /// Registers the callbacks, which call the session that libnghttp2 has as its context.
    static func register(_ callbacks: OpaquePointer?) {
        nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks) { _, frame, context in
            guard let frame, HTTP2Session.isRequest(frame) else { return 0 }
            HTTP2Session.lend(context) { $0.begin(frame.pointee.hd.stream_id) }
            return 0
        }
        nghttp2_session_callbacks_set_on_header_callback(callbacks) {
            _,
            frame,
            name,
            nameLength,
            value,
            valueLength,
            _,
            context in
            guard let frame else { return 0 }
            HTTP2Session.lend(context) {
                $0.field(
                    frame.pointee.hd.stream_id,
                    UnsafeBufferPointer(start: name, count: nameLength),
                    UnsafeBufferPointer(start: value, count: valueLength)
                )
            }
            return 0
        }
        nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks) {
            _,
            flags,
            id,
            bytes,
            count,
            context in
            HTTP2Session.lend(context) {
                $0.content(
                    id,
                    UnsafeBufferPointer(start: bytes, count: count),
                    endsStream: UInt32(flags) & NGHTTP2_FLAG_END_STREAM.rawValue != 0
                )
            }
            return 0
        }
        nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks) { _, frame, context in
            guard let header = frame?.pointee.hd else { return 0 }
            let isEnd = HTTP2Session.endsStream(header)
            HTTP2Session.lend(context) { session in
                if UInt32(header.type) == NGHTTP2_HEADERS.rawValue {
                    session.endOfHead(header.stream_id, isEndOfStream: isEnd)
                } else if UInt32(header.type) == NGHTTP2_DATA.rawValue, isEnd {
                    session.endOfRequest(header.stream_id)
                } else if UInt32(header.type) == NGHTTP2_RST_STREAM.rawValue {
                    session.wasReset(header.stream_id)
                }
            }
            return 0
        }
        nghttp2_session_callbacks_set_on_frame_send_callback(callbacks) { _, frame, context in
            guard let header = frame?.pointee.hd else { return 0 }
            let carriesMessages =
                UInt32(header.type) == NGHTTP2_HEADERS.rawValue
                || UInt32(header.type) == NGHTTP2_DATA.rawValue
            if carriesMessages, HTTP2Session.endsStream(header) {
                HTTP2Session.lend(context) { $0.sentEndOfStream(header.stream_id) }
            }
            return 0
        }
        nghttp2_session_callbacks_set_send_data_callback(callbacks) {
            _,
            _,
            header,
            count,
            source,
            context in
            HTTP2Session.lend(context) { $0.appendData(source?.pointee.ptr, header, count) }
        }
        nghttp2_session_callbacks_set_on_stream_close_callback(callbacks) { _, id, code, context in
            HTTP2Session.lend(context) { $0.closed(id, code) }
            return 0
        }
    }

    private static func isRequest(_ frame: UnsafePointer<nghttp2_frame>) -> Bool {
        UInt32(frame.pointee.hd.type) == NGHTTP2_HEADERS.rawValue
            && frame.pointee.headers.cat == NGHTTP2_HCAT_REQUEST
    }

    private static func endsStream(_ header: nghttp2_frame_hd) -> Bool {
        UInt32(header.flags) & NGHTTP2_FLAG_END_STREAM.rawValue != 0
    }
}
