internal import Glibc

/// Where the lines of a log go.
package struct LogSink: Sendable {
    /// A line that tells how many lines were lost.
    package typealias AboutLoss = @Sendable (_ count: Int) -> [UInt8]

    package enum Limits {
        /// How long the end of the process waits for queued lines.
        ///
        /// A pipe that nobody reads delays it no longer.
        package static let flush = Duration.milliseconds(500)
    }

    private let put: @Sendable (_ line: [UInt8], _ aboutLoss: @escaping AboutLoss) -> Void
    private let wait: @Sendable (Duration) -> Bool

    /// - Parameter write: Takes a line including its end, from any thread.
    package init(_ write: @escaping @Sendable ([UInt8]) -> Void) {
        put = { line, _ in write(line) }
        wait = { _ in true }
    }

    /// Writes to a descriptor, one line after another.
    ///
    /// Callers never wait for the descriptor.
    ///
    /// A line that does not fit into the queue (``LogQueue/Limits``), or that the descriptor does not
    /// take, is lost. Before the next line that is written comes one that says how many were lost.
    package init(descriptor: Int32) {
        let writer = LogWriter(descriptor: descriptor)
        put = { writer.write($0, $1) }
        wait = { writer.queue.waitUntilIdle($0) }
    }

    /// Descriptor 2.
    package static let standardError = LogSink(descriptor: STDERR_FILENO)

    /// Takes a line including its end, from any thread.
    ///
    /// - Parameter aboutLoss: Makes the line that tells of lines lost before this one.
    package func write(
        _ line: [UInt8],
        aboutLoss: @escaping AboutLoss = { Array("\($0) lines were lost\n".utf8) }
    ) {
        put(line, aboutLoss)
    }

    /// Waits for a short time until all lines are written or lost.
    ///
    /// - Returns: Whether that happened in time.
    @discardableResult
    package func flush(within limit: Duration = Limits.flush) -> Bool { wait(limit) }
}
