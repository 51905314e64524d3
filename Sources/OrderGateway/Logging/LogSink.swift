internal import Glibc
internal import Synchronization

/// Where the lines of a log go.
package struct LogSink: Sendable {
    /// Takes a line with its end, from any thread.
    package let write: @Sendable ([UInt8]) -> Void

    package init(_ write: @escaping @Sendable ([UInt8]) -> Void) {
        self.write = write
    }

    /// Descriptor 2.
    package static let standardError = LogSink(descriptor: STDERR_FILENO)

    /// Writes to a descriptor, one line after another.
    ///
    /// A line that cannot be written is lost, for there is nowhere to say so. Where `SIGPIPE` is not
    /// ignored (``StopSignals`` does that), a reader that is gone ends the process nevertheless.
    package init(descriptor: Int32) {
        let output = LineOutput(descriptor)
        write = { output.write($0) }
    }
}

private final class LineOutput: Sendable {
    private let descriptor: Int32
    /// Whether the last line was cut off.
    ///
    /// The lock is also what keeps long lines, which take several writes, from mixing with others.
    private let isInsideLine = Mutex(false)

    init(_ descriptor: Int32) {
        self.descriptor = descriptor
    }

    func write(_ line: [UInt8]) {
        isInsideLine.withLock { isInsideLine in
            let end = UInt8(ascii: "\n")
            var rest = (isInsideLine ? [end] + line : line)[...]
            while !rest.isEmpty {
                let (count, error) = rest.withUnsafeBytes {
                    (Glibc.write(descriptor, $0.baseAddress, $0.count), errno)
                }
                if count > 0 {
                    isInsideLine = rest[rest.startIndex + count - 1] != end
                    rest = rest.dropFirst(count)
                } else if count == 0 || error != EINTR {
                    return
                }
            }
        }
    }
}
