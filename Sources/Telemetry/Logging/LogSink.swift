internal import Glibc

/// The destination of the lines of a log.
package struct LogSink: Sendable {
    /// A closure that returns a line with the number of lost lines.
    package typealias AboutLoss = @Sendable (_ count: Int) -> [UInt8]

    package enum Limits {
        /// The longest time for which the end of the process waits for queued lines.
        ///
        /// A pipe without a reader cannot delay the end for a longer time.
        package static let flush = Duration.milliseconds(500)
    }

    private let put:
        @Sendable (_ line: [UInt8], _ isMinor: Bool, _ aboutLoss: @escaping AboutLoss) -> Void
    private let wait: @Sendable (Duration) -> Bool
    private let lost: @Sendable () -> Int

    /// - Parameter write: Writes a line including its end; called from any thread.
    package init(_ write: @escaping @Sendable ([UInt8]) -> Void) {
        put = { line, _, _ in write(line) }
        wait = { _ in true }
        lost = { 0 }
    }

    /// Creates a sink that writes to a descriptor, one line after another.
    ///
    /// Callers never wait for the descriptor.
    ///
    /// A line is lost if it does not fit into the queue (``LogQueue/Limits``) or the descriptor
    /// does not accept it. Before the next written line comes one with the number of lost lines.
    package init(descriptor: Int32) {
        let writer = LogWriter(descriptor: descriptor)
        put = { writer.write($0, isMinor: $1, $2) }
        wait = { writer.queue.waitUntilIdle($0) }
        lost = { writer.queue.lostCount }
    }

    /// The sink that writes to descriptor 2.
    package static let standardError = LogSink(descriptor: STDERR_FILENO)

    /// Writes a line including its end; any thread may call this function.
    ///
    /// - Parameters:
    ///   - isMinor: Whether the line is lost before others are, while nobody takes the log.
    ///   - aboutLoss: Returns the line that reports lines lost before this one.
    package func write(
        _ line: [UInt8],
        isMinor: Bool = false,
        aboutLoss: @escaping AboutLoss = { Array("\($0) lines were lost\n".utf8) }
    ) {
        put(line, isMinor, aboutLoss)
    }

    /// The number of lines that were lost since the beginning.
    var lostLineCount: Int { lost() }

    /// Waits for a limited time until all lines are written or lost.
    ///
    /// - Returns: Whether this happened within the time limit.
    @discardableResult
    package func flush(within limit: Duration = Limits.flush) -> Bool { wait(limit) }
}
