extension ConformanceCase.Expectation {
    enum Verdict {
        case met
        /// Something else may come before.
        case passed
        case broken
    }

    /// Whether the connection may end instead.
    var allowsEnd: Bool {
        switch self {
        case .end, .pingAcknowledgementOrEnd: true
        default: false
        }
    }

    /// What a frame makes of it.
    func verdict(_ frame: ReceivedFrame) -> Verdict {
        switch self {
        case .settings: frame.kind == .settings && !frame.hasFirstFlag ? .met : .broken
        case .settingsAcknowledgement:
            frame.kind == .settings && frame.hasFirstFlag ? .met : unlessError(frame)
        case .pingAcknowledgement(let data):
            isAcknowledgement(frame, data) ? .met : unlessError(frame)
        case .pingAcknowledgementOrEnd:
            isAcknowledgement(frame, "12345678") || frame.kind == .goAway ? .met : .passed
        case .headers(let stream):
            frame.kind == .headers && frame.stream == stream ? .met : unlessError(frame)
        case .data(let stream, let count):
            if frame.kind == .data, frame.stream == stream {
                frame.payload.count == count ? .met : .broken
            } else {
                unlessError(frame)
            }
        case .endOfStream(let stream): verdictAtEnd(frame, of: stream)
        case .streamError(let stream, let errors):
            if frame.kind == .reset, frame.stream == stream {
                frame.error.map(errors.contains) == true ? .met : .broken
            } else {
                verdictAtEnd(frame, errors)
            }
        case .connectionError(let errors): verdictAtEnd(frame, errors)
        case .end: .passed
        }
    }

    private func isAcknowledgement(_ frame: ReceivedFrame, _ data: String) -> Bool {
        frame.kind == .ping && frame.hasFirstFlag && frame.payload == Array(data.utf8)
    }

    private func verdictAtEnd(_ frame: ReceivedFrame, of stream: Int32) -> Verdict {
        let isMessage = frame.kind == .headers || frame.kind == .data
        let isEnd = isMessage && frame.stream == stream && frame.hasFirstFlag
        return isEnd ? .met : unlessError(frame)
    }

    private func verdictAtEnd(_ frame: ReceivedFrame, _ errors: [HTTP2Error]) -> Verdict {
        guard frame.kind == .goAway else { return .passed }
        return frame.error.map(errors.contains) == true ? .met : .broken
    }

    private func unlessError(_ frame: ReceivedFrame) -> Verdict {
        frame.kind == .reset || frame.kind == .goAway ? .broken : .passed
    }
}
