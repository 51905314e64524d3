internal import Glibc

/// The effect of a signal on a process that serves (signal(7)).
///
/// By default each of these signals would end the process. Other signals keep their default: faults
/// (`SIGSEGV`, `SIGABRT` and the like) end the process and leave a core, `SIGKILL` cannot be handled, and
/// job control stops and continues it.
package enum SignalEffect: Equatable, Sendable {
    /// The process stops, as for `SIGTERM`.
    case stop
    /// The process goes on, and logs the signal.
    case note
    /// The process goes on.
    case ignore

    package struct Row: Sendable {
        package let number: Int32
        /// The name in the manual pages.
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
            // For nginx this is the graceful stop. SIGABRT leaves a core.
            Row(SIGQUIT, "SIGQUIT", .stop),
            // Containers get it when their host shuts down (lxc.container.conf(5),
            // lxc.signal.halt).
            Row(SIGPWR, "SIGPWR", .stop),
            // The terminal is gone, or the sender wants the configuration to be read again.
            Row(SIGHUP, "SIGHUP", .note),
            // The sender wants a log file to be opened again, or the program to be replaced.
            Row(SIGUSR1, "SIGUSR1", .note),
            Row(SIGUSR2, "SIGUSR2", .note),
            // The soft limit of processor time. At the hard limit the kernel ends the process.
            Row(SIGXCPU, "SIGXCPU", .note),
            // Writing beyond the size limit of a file makes write(2) fail with EFBIG.
            Row(SIGXFSZ, "SIGXFSZ", .ignore),
            // Writing to a closed pipe or socket makes write(2) fail with EPIPE.
            Row(SIGPIPE, "SIGPIPE", .ignore),
            // Signals of timers and descriptors that this program never sets up.
            Row(SIGALRM, "SIGALRM", .ignore),
            Row(SIGVTALRM, "SIGVTALRM", .ignore),
            Row(SIGPROF, "SIGPROF", .ignore),
            Row(SIGIO, "SIGIO", .ignore),
            Row(SIGSTKFLT, "SIGSTKFLT", .ignore),
        ]
        + (realTime.map { Row($0, "SIGRTMIN+\($0 - realTime.lowerBound)", .ignore) })

    /// The real-time signals that the C library does not use itself.
    private static let realTime = __libc_current_sigrtmin()...__libc_current_sigrtmax()

    /// Returns the name of a signal.
    package static func name(of number: Int32) -> String {
        table.first { $0.number == number }?.name ?? "signal \(number)"
    }
}
