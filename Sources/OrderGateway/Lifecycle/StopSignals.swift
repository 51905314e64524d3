internal import Dispatch
internal import Glibc
internal import Synchronization

/// The signals that ask the process to stop.
///
/// This is made before anything that a stop has to tidy up: until then a signal ends the process in
/// the system's way. The first signal is kept until somebody asks for it; the second ends the process
/// at once. They are handled until the process ends, whether or not anybody still refers to this.
///
/// `SIGPIPE` is ignored from then on: a reader of the log or of standard output that is gone is an
/// error of write(2) and not the end of the process. Child processes would inherit that; there are
/// none.
package final class StopSignals: Sendable {
    package enum Limits {
        /// For what is done before a second signal ends the process.
        static let tidyingUp = DispatchTimeInterval.seconds(2)
    }

    private struct State {
        var first: Int32?
        var action: (@Sendable (Int32) -> Void)?
        var tidying: [@Sendable () -> Void] = []
    }

    private let state = Mutex(State())
    private let end: @Sendable (Int32) -> Void

    /// Returns when the signals are handled.
    ///
    /// - Parameters:
    ///   - numbers: The signals.
    ///   - end: Ends the process with an exit code: 128 and the signal's number, as shells report it.
    package init(
        _ numbers: [Int32] = [SIGTERM, SIGINT],
        end: @escaping @Sendable (Int32) -> Void = { _exit($0) }
    ) async {
        self.end = end
        signal(SIGPIPE, SIG_IGN)
        let queue = DispatchQueue(label: "order-gateway.signals")
        for number in numbers {
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            // The source is held by its own handler, so that it lasts.
            source.setEventHandler { withExtendedLifetime(source) { self.receive(number) } }
            await withCheckedContinuation { isHandled in
                source.setRegistrationHandler { isHandled.resume() }
                source.activate()
            }
        }
    }

    /// The first signal, once it is there.
    package var first: Int32? { state.withLock { $0.first } }

    /// Has the first signal told to somebody, at once if it is there already; one at a time.
    package func whenAsked(_ action: @escaping @Sendable (Int32) -> Void) {
        let first = state.withLock { state in
            state.action = action
            return state.first
        }
        if let first { action(first) }
    }

    /// Has something done before a second signal ends the process, which nothing else survives; in
    /// the order of these calls, as far as there is time for it.
    package func beforeEnding(_ tidyUp: @escaping @Sendable () -> Void) {
        state.withLock { $0.tidying.append(tidyUp) }
    }

    /// Ends the process with an exit code unless it has ended by itself by then.
    func end(after pause: Duration, code: Int32) {
        let (seconds, attoseconds) = pause.components
        let nanoseconds = Int(seconds) * 1_000_000_000 + Int(attoseconds / 1_000_000_000)
        DispatchQueue.global().asyncAfter(deadline: .now() + .nanoseconds(nanoseconds)) {
            self.end(code)
        }
    }

    /// As the manual pages call it.
    static func name(of number: Int32) -> String {
        switch number {
        case SIGTERM: "SIGTERM"
        case SIGINT: "SIGINT"
        default: "signal \(number)"
        }
    }

    /// What happens at a signal.
    func receive(_ number: Int32) {
        let (isFirst, state) = state.withLock { state in
            let isFirst = state.first == nil
            if isFirst { state.first = number }
            return (isFirst, state)
        }
        if isFirst {
            state.action?(number)
        } else {
            tidyUp(state.tidying)
            end(128 + number)
        }
    }

    /// On another thread: a log that nobody reads, or a disk that hangs, holds nothing up.
    private func tidyUp(_ tidying: [@Sendable () -> Void]) {
        let isDone = DispatchSemaphore(value: 0)
        DispatchQueue.global().async {
            for tidyUp in tidying { tidyUp() }
            isDone.signal()
        }
        _ = isDone.wait(timeout: .now() + Limits.tidyingUp)
    }
}
