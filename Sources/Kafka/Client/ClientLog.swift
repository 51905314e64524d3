internal import Synchronization

/// The log of one client, and the latest connection failure in it.
///
/// The client keeps this object alive as long as librdkafka may write.
final class ClientLog: Sendable {
    private enum Facility {
        /// The facility of a connection that could not be established, or was lost.
        static let failure = "FAIL"
    }

    private enum Limits {
        /// The time for which a failure counts as current; librdkafka logs it again only after 30
        /// seconds.
        static let memory = Duration.seconds(40)
        /// The time within which an unreachable broker fails again: librdkafka reconnects once a
        /// second.
        static let failure = Duration.seconds(3)
        /// The time without a delayed answer after which a quota no longer applies: a quota may
        /// delay one answer and not the next.
        static let quota = Duration.seconds(10)
    }

    private let log: ClientConfiguration.Log
    private let secrets: Secrets
    private let now: ClientConfiguration.Now
    private let failure = Mutex<(cause: String, time: ContinuousClock.Instant)?>(nil)
    private let delay = Mutex<(duration: Duration, time: ContinuousClock.Instant)?>(nil)

    init(
        _ log: @escaping ClientConfiguration.Log,
        hiding secrets: Secrets,
        now: @escaping ClientConfiguration.Now = { .now }
    ) {
        self.now = now
        self.log = log
        self.secrets = secrets
    }

    /// The reason why the latest connection failed, with the address.
    ///
    /// `nil` when all brokers that were asked have answered since, or when the failure is old.
    var connectionFailure: String? {
        failure.withLock { failure in
            guard let found = failure, found.time + Limits.memory > now() else { return nil }
            return found.cause
        }
    }

    /// Whether a connection has failed just now.
    var hasFailedLately: Bool {
        failure.withLock { failure in failure.map { $0.time + Limits.failure > now() } ?? false }
    }

    func write(_ level: Int32, _ facility: String, _ line: String) {
        let line = secrets.hidden(in: line)
        if facility == Facility.failure { noteFailure(Self.cause(in: line)) }
        log(level, facility, line)
    }

    func noteFailure(_ cause: String) { failure.withLock { $0 = (cause, now()) } }

    /// Clears the failure, because all brokers that were asked have answered.
    func noteAnswer() {
        failure.withLock { if $0 != nil { $0 = nil } }
    }

    /// The delay that a quota has added to a broker's answer; `nil` when no answer was delayed
    /// lately.
    var throttling: Duration? {
        delay.withLock { delay in
            guard let found = delay, found.time + Limits.quota > now() else { return nil }
            return found.duration
        }
    }

    /// Notes that a broker has delayed its answer; a delay of zero means that throttling has
    /// ended.
    func noteThrottling(_ delay: Duration) {
        guard delay > .zero else { return }
        self.delay.withLock { $0 = (delay, now()) }
    }

    /// Returns a line of the log without the thread's name, counts and times, which differ each
    /// time: `[thrd:a:9092/1]: a:9092/1: Connect to … failed: … (after 2ms in state CONNECT)`.
    ///
    /// What librdkafka does not say of every cause is added: the question that is worth asking.
    static func cause(in line: String) -> String {
        var cause = line[...]
        if cause.hasPrefix("[thrd:"), let end = cause.firstRange(of: "]: ") {
            cause = cause[end.upperBound...]
        }
        var times = ""[...]
        if let counts = cause.firstRange(of: " (after ") {
            times = cause[counts.lowerBound...]
            cause = cause[..<counts.lowerBound]
        }
        guard !cause.contains("listener?") else { return String(cause) }
        // Every Kafka broker answers this request, which is the first on a connection.
        if times.contains("state APIVERSION_QUERY") || cause.contains("Invalid response size") {
            return "\(cause) (is it a Kafka broker?)"
        }
        if isLostInHandshake(cause, times) {
            return "\(cause): connecting to a PLAINTEXT broker listener?"
        }
        return String(cause)
    }

    /// Whether the peer hung up on a TLS handshake, as a listener without TLS does.
    ///
    /// librdkafka asks about the listener only when it sees the end in `SSL_do_handshake`, and
    /// before 2.1 only of one of its texts; on a busy machine `SSL_connect` sees it first.
    private static func isLostInHandshake(_ cause: Substring, _ times: Substring) -> Bool {
        guard cause.hasPrefix("ssl://") || cause.hasPrefix("sasl_ssl://"),
            times.contains("state CONNECT") || times.contains("state SSL_HANDSHAKE")
        else { return false }
        return ["unexpected eof while reading", "Disconnected", "Connection reset by peer"]
            .contains { cause.contains($0) }
    }
}
