internal import Glibc
internal import OrderGateway
internal import Telemetry

/// The output of the command line: results go to standard output, errors to standard error.
enum Console {
    /// Writes a line without buffering, so that scripts can wait for it on a pipe.
    ///
    /// - Throws: ``OutputError`` if any part is lost.
    static func line(_ text: String) throws(OutputError) {
        try Self.text(text + "\n")
    }

    /// Writes text as it is.
    ///
    /// - Throws: ``OutputError`` if any part is lost.
    static func text(_ text: String) throws(OutputError) {
        let error = write(text, to: STDOUT_FILENO)
        if error != 0 { throw OutputError(code: error) }
    }

    /// Writes a line to standard error after the lines of the log, and waits for the end of the
    /// write.
    ///
    /// The wait is short if no process reads the output.
    static func error(_ text: String) {
        LogSink.standardError.write(Array((text + "\n").utf8))
        LogSink.standardError.flush()
    }

    /// Writes text to standard error as it is.
    ///
    /// A failure is ignored, because nothing could show it.
    static func errorText(_ text: String) {
        _ = write(text, to: STDERR_FILENO)
    }

    /// - Returns: 0, or the error number of the write that failed.
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

    /// Opens `/dev/null` for each of the descriptors 0 to 2 that is closed at the program's start.
    ///
    /// Otherwise the next file or socket would get such a number, and receive the output. Writing
    /// to these descriptors fails, as it does with a closed one.
    static func holdStandardDescriptors() {
        for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) < 0 {
            // open(2) returns the lowest free number, which is this one.
            _ = open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY)
        }
    }
}

/// The error for a result that could not be written to standard output.
struct OutputError: Error, Equatable, CustomStringConvertible {
    /// The error number of write(2).
    let code: Int32

    var description: String {
        "the result is lost: standard output cannot be written: \(String(cString: strerror(code)))"
    }
}
