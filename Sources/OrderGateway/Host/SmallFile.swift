internal import Glibc

/// A small file that a person or an orchestrator has written: settings, a password, a stock.
///
/// It is read as a whole. A file that is too large is refused, and so is a pipe that delivers no
/// data.
enum SmallFile {
    enum Limits {
        static let bytes = 1024 * 1024
        /// The time to wait for a pipe, such as that of a shell's `<(…)`.
        static let wait = Duration.seconds(5)
        static let readBytes = 16 * 1024
    }

    /// The reason why a file cannot be used, without its path and without secrets.
    struct Problem: Error, Equatable {
        let reason: String

        init(_ reason: String) {
            self.reason = reason
        }
    }

    /// - Throws: ``SmallFile/Problem`` with the reason why the file cannot be used.
    static func read(
        _ path: String,
        limitBytes: Int = Limits.bytes,
        wait: Duration = Limits.wait
    ) throws(Problem) -> [UInt8] {
        // Without O_NONBLOCK, opening a FIFO waits for a writer (fifo(7)).
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
                // A FIFO looks like an empty file until its first writer opens it (fifo(7)).
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

    /// - Returns: Whether data can be read. If not, all writers are gone.
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
