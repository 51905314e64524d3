import Testing

/// Frames in, frames out: what one connection sends, and what has to come back.
struct ConformanceCase: Sendable, CustomTestStringConvertible {
    enum Step: Sendable {
        case send([UInt8])
        case expect(Expectation)
    }

    /// What has to come, after other frames perhaps; neither RST_STREAM nor GOAWAY may be among these
    /// unless it is what is expected.
    enum Expectation: Sendable {
        /// The very next frame is SETTINGS.
        case settings
        case settingsAcknowledgement
        case pingAcknowledgement(String = "12345678")
        /// This, or the end of the connection.
        case pingAcknowledgementOrEnd
        case headers(Int32)
        /// DATA of so many bytes.
        case data(Int32, bytes: Int)
        /// The last frame of an answer.
        case endOfStream(Int32)
        /// RST_STREAM with one of these codes, or the same as ``connectionError``.
        case streamError(Int32, [HTTP2Error])
        /// GOAWAY with one of these codes, and the end of the connection (RFC 9113 §5.4.1).
        case connectionError([HTTP2Error])
        /// The end of the connection, whatever is said before.
        case end
    }

    /// The rule, after the section that makes it.
    let rule: String
    let steps: [Step]
    /// Whether both sides have acknowledged the other's settings before the first step.
    let isSettled: Bool

    var testDescription: String { rule }

    init(_ rule: String, isSettled: Bool = true, _ steps: Step...) {
        self.rule = rule
        self.steps = steps
        self.isSettled = isSettled
    }

    /// Frames that are taken: a PING after them is answered.
    static func taken(_ rule: String, _ frames: [UInt8]...) -> ConformanceCase {
        ConformanceCase(
            rule,
            .send(frames.flatMap(\.self) + Frame.ping()),
            .expect(.pingAcknowledgement())
        )
    }

    /// Frames that make up a request on stream 1, which is answered.
    static func answered(_ rule: String, _ frames: [UInt8]...) -> ConformanceCase {
        ConformanceCase(rule, .send(frames.flatMap(\.self)), .expect(.headers(1)))
    }

    static func streamError(
        _ rule: String,
        _ errors: HTTP2Error...,
        sending frames: [UInt8]...
    ) -> ConformanceCase {
        ConformanceCase(rule, .send(frames.flatMap(\.self)), .expect(.streamError(1, errors)))
    }

    static func connectionError(
        _ rule: String,
        _ errors: HTTP2Error...,
        sending frames: [UInt8]...
    ) -> ConformanceCase {
        ConformanceCase(rule, .send(frames.flatMap(\.self)), .expect(.connectionError(errors)))
    }

    /// What is sent once a stream has been opened, answered and closed.
    static func afterClose(
        _ rule: String,
        sending frames: [UInt8],
        _ expectation: Expectation
    ) -> ConformanceCase {
        ConformanceCase(
            rule,
            .send(Frame.get(1)),
            .expect(.endOfStream(1)),
            .send(frames),
            .expect(expectation)
        )
    }
}
