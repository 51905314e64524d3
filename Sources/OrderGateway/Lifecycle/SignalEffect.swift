internal import Glibc

/// What a signal does to a process that serves (signal(7)).
///
/// Without this each of them would end it. Signals that are no request keep the system's way: faults
/// (`SIGSEGV`, `SIGABRT` and their like) end the process and leave a core, `SIGKILL` cannot be handled,
/// and job control stops and continues it.
package enum SignalEffect: Equatable, Sendable {
    /// It stops, as it does for `SIGTERM`.
    case stop
    /// It goes on, and says in the log that the signal came.
    case note
    /// It goes on.
    case ignore

    package struct Row: Sendable {
        package let number: Int32
        /// As the manual pages call it.
        package let name: String
        package let effect: SignalEffect

        package init(_ number: Int32, _ name: String, _ effect: SignalEffect) {
            self.number = number
            self.name = name
            self.effect = effect
        }
    }

    package static let table: [Row] =
        [
            Row(SIGTERM, "SIGTERM", .stop),
            Row(SIGINT, "SIGINT", .stop),
            // As nginx's graceful end; who wants a core sends SIGABRT.
            Row(SIGQUIT, "SIGQUIT", .stop),
            // Containers are told so that their host goes down (lxc.container.conf(5), lxc.signal.halt).
            Row(SIGPWR, "SIGPWR", .stop),
            // The terminal is gone, or somebody expects that the configuration is read anew.
            Row(SIGHUP, "SIGHUP", .note),
            // Somebody expects that a log is opened anew, or a program replaced.
            Row(SIGUSR1, "SIGUSR1", .note),
            Row(SIGUSR2, "SIGUSR2", .note),
            // The soft limit of processor time: the kernel ends the process at the hard one.
            Row(SIGXCPU, "SIGXCPU", .note),
            // Writing beyond the largest size of a file is an error of write(2): EFBIG.
            Row(SIGXFSZ, "SIGXFSZ", .ignore),
            // As is writing to somebody who is gone: EPIPE.
            Row(SIGPIPE, "SIGPIPE", .ignore),
            // Timers and descriptors that nobody here has set up.
            Row(SIGALRM, "SIGALRM", .ignore),
            Row(SIGVTALRM, "SIGVTALRM", .ignore),
            Row(SIGPROF, "SIGPROF", .ignore),
            Row(SIGIO, "SIGIO", .ignore),
            Row(SIGSTKFLT, "SIGSTKFLT", .ignore),
        ]
        + (realTime.map { Row($0, "SIGRTMIN+\($0 - realTime.lowerBound)", .ignore) })

    /// Those that the C library has not taken for itself.
    private static let realTime = __libc_current_sigrtmin()...__libc_current_sigrtmax()

    /// The name of a signal.
    package static func name(of number: Int32) -> String {
        table.first { $0.number == number }?.name ?? "signal \(number)"
    }
}
