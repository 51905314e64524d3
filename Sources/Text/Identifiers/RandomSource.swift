internal import CLinux
internal import Glibc
internal import Synchronization

/// Unguessable bits for identifiers, from the kernel's generator (getrandom(2)).
///
/// The source fetches a page at a time. An order needs seven words, and a system call for each word
/// would cost more than the rest of the identifiers. Each word is used once.
package final class RandomSource: Sendable {
    private enum Limits {
        static let bufferedWords = 512
    }

    private struct Buffer {
        var words = [UInt64](repeating: 0, count: Limits.bufferedWords)
        /// The number of words already used: all of them, before the first were drawn.
        var used = Limits.bufferedWords
    }

    private let buffer = Mutex(Buffer())

    package init() {}

    /// Overwrites the words with random ones.
    private static func fill(_ words: inout [UInt64]) {
        words.withUnsafeMutableBytes { bytes in
            var filled = 0
            while filled < bytes.count {
                // This call blocks only until the machine has gathered entropy after boot.
                let result = getrandom(
                    bytes.baseAddress?.advanced(by: filled),
                    bytes.count - filled,
                    0
                )
                precondition(result > 0 || errno == EINTR, "getrandom failed: \(errno)")
                filled += max(0, result)
            }
        }
    }

    /// Returns two random words.
    @inline(__always)
    private func words() -> (UInt64, UInt64) {
        buffer.withLock { buffer in
            if buffer.words.count - buffer.used < 2 {
                Self.fill(&buffer.words)
                buffer.used = 0
            }
            defer { buffer.used += 2 }
            return (buffer.words[buffer.used], buffer.words[buffer.used + 1])
        }
    }

    /// Returns a time-ordered identifier (RFC 9562 §5.7).
    package func uuid(at time: Timestamp) -> UUID {
        let (first, second) = words()
        return UUID(
            version7At: time,
            randomHigh: UInt16(truncatingIfNeeded: first),
            randomLow: second
        )
    }

    /// A number from 0 up to 1.
    package func fraction() -> Double {
        // As many bits as a Double's significand has.
        Double(words().0 >> 11) * 0x1p-53
    }

    package func traceID() -> TraceID {
        while true {
            let (high, low) = words()
            // All zero means "no trace" (W3C Trace Context §3.2.2.3).
            if let id = TraceID(high: high, low: low) { return id }
        }
    }

    /// - Parameter isSampled: Whether the span is in a trace that is recorded.
    package func spanID(isSampled: Bool = false) -> SpanID {
        while true {
            if let id = SpanID(words().0, isSampled: isSampled) { return id }
        }
    }
}
