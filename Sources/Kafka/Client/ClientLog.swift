internal import Synchronization

/// Where one client's log goes, and what it said last of a connection that failed.
///
/// The client keeps it alive for as long as librdkafka may write.
final class ClientLog: Sendable {
    private enum Facility {
        /// A connection could not be made, or was lost.
        static let failure = "FAIL"
    }

    private let log: ClientConfiguration.Log
    private let failure = Mutex<String?>(nil)

    init(_ log: @escaping ClientConfiguration.Log) {
        self.log = log
    }

    /// Why the latest connection failed, with the address; `nil` when a broker has answered since.
    var connectionFailure: String? { failure.withLock { $0 } }

    func write(_ level: Int32, _ facility: String, _ line: String) {
        if facility == Facility.failure { noteFailure(Self.cause(in: line)) }
        log(level, facility, line)
    }

    func noteFailure(_ cause: String) { failure.withLock { $0 = cause } }

    /// A broker has answered.
    func noteAnswer() {
        failure.withLock { if $0 != nil { $0 = nil } }
    }

    /// A line of the log without the thread's name and without counts and times, which would make it
    /// new each time: `[thrd:a:9092/1]: a:9092/1: Connect to … failed: … (after 2ms in state CONNECT)`.
    static func cause(in line: String) -> String {
        var cause = line[...]
        if cause.hasPrefix("[thrd:"), let end = cause.firstRange(of: "]: ") {
            cause = cause[end.upperBound...]
        }
        if let counts = cause.firstRange(of: " (after ") { cause = cause[..<counts.lowerBound] }
        return String(cause)
    }
}
