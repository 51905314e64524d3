package import Telemetry
internal import Synchronization

/// The lines of a log, for tests.
package final class LogLines: Sendable {
    private let lines = Mutex<[String]>([])

    package init() {}

    package var all: [String] { lines.withLock { $0 } }

    package func count(_ text: String) -> Int { all.count { $0.contains(text) } }

    package var sink: LogSink {
        LogSink { [self] line in
            lines.withLock { $0.append(String(decoding: line, as: UTF8.self)) }
        }
    }
}
