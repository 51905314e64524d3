internal import Synchronization

/// Where one client's log goes, and what it said last of a connection that failed.
///
/// The client keeps it alive for as long as librdkafka may write.
final class ClientLog: Sendable {
    private enum Facility {
        /// A connection could not be made, or was lost.
        static let failure = "FAIL"
    }

    private enum Limits {
        /// The same failure is logged again only after 30 seconds.
        static let memory = Duration.seconds(40)
        /// Whoever is away fails again within this time, for it is tried once a second.
        static let failure = Duration.seconds(3)
        /// A quota delays one answer and not the next: it is over when none was delayed for so long.
        static let quota = Duration.seconds(10)
    }

    private let log: ClientConfiguration.Log
    private let secrets: Secrets
    private let failure = Mutex<(cause: String, time: ContinuousClock.Instant)?>(nil)
    private let delay = Mutex<(duration: Duration, time: ContinuousClock.Instant)?>(nil)

    init(_ log: @escaping ClientConfiguration.Log, hiding secrets: Secrets) {
        self.log = log
        self.secrets = secrets
    }

    /// Why the latest connection failed, with the address.
    ///
    /// `nil` when all brokers that were asked have answered since, or when it is long ago.
    var connectionFailure: String? {
        failure.withLock { failure in
            guard let found = failure, found.time + Limits.memory > .now else { return nil }
            return found.cause
        }
    }

    /// Whether a connection has failed just now.
    var hasFailedLately: Bool {
        failure.withLock { failure in failure.map { $0.time + Limits.failure > .now } ?? false }
    }

    func write(_ level: Int32, _ facility: String, _ line: String) {
        let line = secrets.hidden(in: line)
        if facility == Facility.failure { noteFailure(Self.cause(in: line)) }
        log(level, facility, line)
    }

    func noteFailure(_ cause: String) { failure.withLock { $0 = (cause, .now) } }

    /// All brokers that were asked have answered.
    func noteAnswer() {
        failure.withLock { if $0 != nil { $0 = nil } }
    }

    /// For how long a broker has delayed an answer because of a quota; `nil` when none did lately.
    var throttling: Duration? {
        delay.withLock { delay in
            guard let found = delay, found.time + Limits.quota > .now else { return nil }
            return found.duration
        }
    }

    /// A broker has delayed its answer, or has begun to answer without a delay again.
    func noteThrottling(_ delay: Duration) {
        guard delay > .zero else { return }
        self.delay.withLock { $0 = (delay, .now) }
    }

    /// A line of the log without the thread's name and without counts and times, which would make it
    /// new each time: `[thrd:a:9092/1]: a:9092/1: Connect to … failed: … (after 2ms in state CONNECT)`.
    static func cause(in line: String) -> String {
        var cause = line[...]
        if cause.hasPrefix("[thrd:"), let end = cause.firstRange(of: "]: ") {
            cause = cause[end.upperBound...]
        }
        if let counts = cause.firstRange(of: " (after ") { cause = cause[..<counts.lowerBound] }
        // Whoever speaks Kafka answers this, the first of all requests.
        if cause.contains("state APIVERSION_QUERY") || cause.contains("Invalid response size") {
            return "\(cause) (is it a Kafka broker?)"
        }
        return String(cause)
    }
}
