internal import Glibc

/// A file that a person or an orchestrator has written: settings, a password, a stock.
///
/// It is read whole, and has to be small and at hand: what grows without end, or never says anything, is
/// refused and not waited for.
enum SmallFile {
    enum Limits {
        static let bytes = 1024 * 1024
        /// For what a pipe has to say, such as that of a shell's `<(…)`.
        static let wait = Duration.seconds(5)
        static let readBytes = 16 * 1024
    }

    /// Why a file is of no use, without its path; nothing secret is in it.
    struct Problem: Error, Equatable {
        let reason: String

        init(_ reason: String) {
            self.reason = reason
        }
    }

    /// - Throws: ``SmallFile/Problem`` that says why it is of no use, without the path.
    static func read(
        _ path: String,
        limitBytes: Int = Limits.bytes,
        wait: Duration = Limits.wait
    ) throws(Problem) -> [UInt8] {
        // Opening a FIFO waits for a writer otherwise (fifo(7)).
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw unreadable(errno) }
        defer { close(descriptor) }
        var content: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: Limits.readBytes)
        let deadline = ContinuousClock.now + wait
        while true {
            let count = Glibc.read(descriptor, &piece, piece.count)
            let error = errno
            if count > 0 {
                content += piece.prefix(count)
                guard content.count <= limitBytes else {
                    throw Problem("it is larger than \(limitBytes) bytes")
                }
            } else if count == 0 {
                // Before its first writer has come a FIFO looks like an empty file (fifo(7)).
                guard content.isEmpty, isFIFO(descriptor) else { return content }
                guard try waitForInput(descriptor, until: deadline) else { return content }
            } else if error == EAGAIN {
                _ = try waitForInput(descriptor, until: deadline)
            } else if error == EISDIR {
                throw Problem("it is a folder")
            } else if error != EINTR {
                throw unreadable(error)
            }
        }
    }

    private static func isFIFO(_ descriptor: Int32) -> Bool {
        var status = stat()
        return fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFIFO
    }

    /// - Returns: Whether there is something to read; otherwise all writers are gone.
    private static func waitForInput(
        _ descriptor: Int32,
        until deadline: ContinuousClock.Instant
    ) throws(Problem) -> Bool {
        let left = (deadline - .now) / .milliseconds(1)
        var state = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard left > 0, poll(&state, 1, Int32(left) + 1) != 0 else {
            throw Problem("it says nothing: a pipe that nobody writes to?")
        }
        return state.revents & Int16(POLLIN) != 0
    }

    private static func unreadable(_ error: Int32) -> Problem {
        Problem("it cannot be read: \(String(cString: strerror(error)))")
    }
}
