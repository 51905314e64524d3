internal import Glibc

/// The reason why a system call failed: its `errno` and the name of the call (errno(3)).
package struct SystemError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The name of the call in the manual page, such as `bind`.
    package let call: String
    /// The value of `errno`, such as `EADDRINUSE`.
    package let code: Int32

    package var description: String { "\(call): \(String(cString: strerror(code)))" }
}

/// The outcome of a call on a descriptor that never blocks.
package enum IOResult: Equatable {
    /// The number of bytes or the descriptor that the call returned. A read of 0 is the end of the
    /// stream.
    case done(Int)
    /// The call would block: `EAGAIN` is a value here, not an error.
    case wouldBlock
    /// The descriptor can no longer be used, such as after `ECONNRESET`.
    case failed(code: Int32)
}

/// The common wrapper of system calls.
///
/// It retries `EINTR` and turns `EAGAIN` into a value. It stops the process on `EBADF` and
/// `EFAULT`, which are always bugs in this program.
enum SystemCall {
    @inline(__always)
    static func nonBlocking(_ call: () -> Int) -> IOResult {
        while true {
            let result = call()
            if result >= 0 { return .done(result) }
            switch errno {
            case EINTR: continue
            case EAGAIN: return .wouldBlock
            case let code:
                precondition(
                    code != EBADF && code != EFAULT,
                    "a descriptor was used after its close"
                )
                return .failed(code: code)
            }
        }
    }

    /// Runs a call that returns -1 on failure, such as socket(2).
    ///
    /// - Throws: ``SystemError`` with the call's name.
    @discardableResult
    static func checked(_ name: String, _ call: () -> Int32) throws(SystemError) -> Int32 {
        while true {
            let result = call()
            if result >= 0 { return result }
            let code = errno
            if code != EINTR { throw SystemError(call: name, code: code) }
        }
    }

    /// Closes a descriptor.
    ///
    /// It never retries: on Linux the descriptor is closed even after `EINTR` (close(2), "Dealing
    /// with error returns").
    static func close(_ descriptor: Int32) {
        precondition(
            Glibc.close(descriptor) == 0 || errno != EBADF,
            "a descriptor was closed twice"
        )
    }
}
