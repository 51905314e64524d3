internal import Glibc

/// Why a system call failed: the `errno` it left behind and the call's name (errno(3)).
package struct SystemError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The call as the manual page names it, such as `bind`.
    package let call: String
    /// The value of `errno`, such as `EADDRINUSE`.
    package let code: Int32

    package var description: String { "\(call): \(String(cString: strerror(code)))" }
}

/// The outcome of a call on a descriptor that never blocks.
package enum IOResult: Equatable {
    /// The call did this much; for a read, 0 is the end of the stream.
    case done(Int)
    /// Nothing can be done now: `EAGAIN` is a value here, not an error.
    case wouldBlock
    /// The descriptor is of no more use, such as after `ECONNRESET`.
    case failed(code: Int32)
}

/// The one funnel for system calls: retries `EINTR`, turns `EAGAIN` into a value, and stops the
/// process on `EBADF` and `EFAULT`, which are always faults of ours.
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
    /// Never retried: on Linux the descriptor is gone even after `EINTR` (close(2), "Dealing with
    /// error returns").
    static func close(_ descriptor: Int32) {
        precondition(
            Glibc.close(descriptor) == 0 || errno != EBADF,
            "a descriptor was closed twice"
        )
    }
}
