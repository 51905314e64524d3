internal import Glibc
internal import OrderGateway
internal import Telemetry

/// What the command line writes: results to standard output, errors to standard error.
enum Console {
    /// Writes a line at once, also into a pipe, so that scripts can wait for it.
    ///
    /// - Throws: ``OutputError`` when it, or a part of it, is lost.
    static func line(_ text: String) throws(OutputError) {
        try Self.text(text + "\n")
    }

    /// Writes text as it is.
    ///
    /// - Throws: ``OutputError`` when it, or a part of it, is lost.
    static func text(_ text: String) throws(OutputError) {
        let error = write(text, to: STDOUT_FILENO)
        if error != 0 { throw OutputError(code: error) }
    }

    /// Writes a line, behind those of the log, and waits until it is there: not for long, should nobody
    /// read it.
    static func error(_ text: String) {
        LogSink.standardError.write(Array((text + "\n").utf8))
        LogSink.standardError.flush()
    }

    /// Writes text to a terminal as it is; what is lost cannot be told of.
    static func errorText(_ text: String) {
        _ = write(text, to: STDERR_FILENO)
    }

    /// - Returns: 0, or the error number by which the rest is lost.
    private static func write(_ text: String, to descriptor: Int32) -> Int32 {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let (count, error) = rest.withUnsafeBytes {
                (Glibc.write(descriptor, $0.baseAddress, $0.count), errno)
            }
            guard count > 0 || error == EINTR else { return error }
            rest = rest.dropFirst(max(0, count))
        }
        return 0
    }

    /// Occupies those of the descriptors 0 to 2 with which the program was not started.
    ///
    /// The next file or socket to be opened would have such a number, and what is printed would go
    /// there. Writing to these fails as it does to a closed one.
    static func holdStandardDescriptors() {
        for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) < 0 {
            // The lowest number that is free (open(2)), so this one.
            _ = open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY)
        }
    }
}

/// A result that standard output did not take.
struct OutputError: Error, Equatable, CustomStringConvertible {
    /// That of write(2).
    let code: Int32

    var description: String {
        "the result is lost: standard output cannot be written: \(String(cString: strerror(code)))"
    }
}
