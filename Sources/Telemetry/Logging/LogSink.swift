internal import Glibc

/// Where the lines of a log go.
package struct LogSink: Sendable {
    /// A line that tells how many lines were lost.
    package typealias AboutLoss = @Sendable (_ count: Int) -> [UInt8]

    package enum Limits {
        /// For what is still to be written when the process ends: a pipe that nobody reads does not
        /// hold it up for longer.
        package static let flush = Duration.milliseconds(500)
    }

    private let put: @Sendable (_ line: [UInt8], _ aboutLoss: @escaping AboutLoss) -> Void
    private let wait: @Sendable (Duration) -> Bool

    /// - Parameter write: Takes a line with its end, from any thread.
    package init(_ write: @escaping @Sendable ([UInt8]) -> Void) {
        put = { line, _ in write(line) }
        wait = { _ in true }
    }

    /// Writes to a descriptor, one line after another, and never waits for it.
    ///
    /// There is a queue (``LogQueue/Limits``); a line that it has no room for, or that the descriptor
    /// does not take, is lost. The next line that gets through comes behind one that says how many were.
    package init(descriptor: Int32) {
        let writer = LogWriter(descriptor: descriptor)
        put = { writer.write($0, $1) }
        wait = { writer.queue.waitUntilIdle($0) }
    }

    /// Descriptor 2.
    package static let standardError = LogSink(descriptor: STDERR_FILENO)

    /// Takes a line with its end, from any thread.
    ///
    /// - Parameter aboutLoss: For when lines were lost before it.
    package func write(
        _ line: [UInt8],
        aboutLoss: @escaping AboutLoss = { Array("\($0) lines were lost\n".utf8) }
    ) {
        put(line, aboutLoss)
    }

    /// Waits until all lines are written or lost, for a short time.
    ///
    /// - Returns: Whether that was in time.
    @discardableResult
    package func flush(within limit: Duration = Limits.flush) -> Bool { wait(limit) }
}
