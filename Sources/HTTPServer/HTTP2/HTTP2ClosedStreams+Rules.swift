internal import CNghttp2

/// The frame rules that libnghttp2 does not enforce, because it forgets closed streams or on purpose.
extension HTTP2ClosedStreams {
    /// Returns whether a frame may break one of these rules, which depends on earlier frames.
    func mayForbid(_ frame: HTTP2FrameScanner.Frame) -> Bool {
        switch frame.kind {
        case .data, .headers: isOld(frame.stream)
        case .priority: frame.stream == frame.dependency || frame.stream == 0
        case .goAway, .other: false
        }
    }

    /// Returns the error code for such a frame.
    ///
    /// A stream that this side has reset may still receive frames that the client sent before.
    func error(of frame: HTTP2FrameScanner.Frame) -> nghttp2_error_code? {
        switch frame.kind {
        // RFC 9113 §6.3; RFC 7540 §5.3.1.
        case .priority: NGHTTP2_PROTOCOL_ERROR
        // RFC 9113 §5.1.
        case .data where hasEnded(frame.stream), .headers where hasEnded(frame.stream):
            NGHTTP2_STREAM_CLOSED
        // RFC 9113 §5.1.1.
        case .headers where isSkipped(frame.stream): NGHTTP2_PROTOCOL_ERROR
        case .data, .headers, .goAway, .other: nil
        }
    }
}
