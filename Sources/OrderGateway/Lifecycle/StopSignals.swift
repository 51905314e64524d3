internal import Dispatch
internal import Glibc
internal import Synchronization

/// Handles the signals in ``SignalEffect/table``: those that ask to stop, and those that would end
/// the process although nobody asked for it.
///
/// Create it before anything that a stop has to clean up. Until then a signal ends the process by
/// the system's default. The first signal that asks to stop is kept until a handler is set. The
/// second one ends the process at once; during a drain delay it only ends the delay. Signals are
/// handled until the process ends, even if no reference to this object exists any more.
///
/// Child processes would inherit ignored signals; this program has none.
package final class StopSignals: Sendable {
    package enum Limits {
        /// The time for cleaning up before a second signal ends the process.
        static let tidyingUp = DispatchTimeInterval.seconds(2)
    }

    private struct State {
        var first: Int32?
        /// Whether the next signal is reported like the first one.
        var isDelaying = false
        var action: (@Sendable (Int32) -> Void)?
        var notice: (@Sendable (Int32) -> Void)?
        var tidying: [@Sendable () -> Void] = []
    }

    private let state = Mutex(State())
    private let end: @Sendable (Int32) -> Void

    /// Starts to handle the signals, and returns as soon as they are handled.
    ///
    /// - Parameters:
    ///   - rows: The signals.
    ///   - end: Ends the process with an exit code: 128 plus the number of the signal, as in
    ///     shells.
    package init(
        _ rows: [SignalEffect.Row] = SignalEffect.table,
        end: @escaping @Sendable (Int32) -> Void = { _exit($0) }
    ) async {
        self.end = end
        let queue = DispatchQueue(label: "order-gateway.signals")
        for row in rows {
            let number = row.number
            guard row.effect != .ignore else {
                signal(number, SIG_IGN)
                continue
            }
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            // The handler keeps its own source alive.
            source.setEventHandler {
                withExtendedLifetime(source) {
                    if row.effect == .stop { self.receive(number) } else { self.note(number) }
                }
            }
            await withCheckedContinuation { isHandled in
                source.setRegistrationHandler { isHandled.resume() }
                source.activate()
            }
        }
    }

    /// The first signal, if one has arrived.
    package var first: Int32? { state.withLock { $0.first } }

    /// Sets the handler of the first signal.
    ///
    /// Calls it immediately if the signal has arrived already.
    ///
    /// - Parameter delaying: Whether a second signal is also reported until ``delayIsOver()``.
    package func whenAsked(
        delaying: Bool = false,
        _ action: @escaping @Sendable (Int32) -> Void
    ) {
        let first = state.withLock { state in
            state.action = action
            state.isDelaying = delaying
            return state.first
        }
        if let first { action(first) }
    }

    /// Makes the next signal end the process.
    package func delayIsOver() { state.withLock { $0.isDelaying = false } }

    /// Sets the handler of signals that have no effect.
    package func whenNoted(_ notice: @escaping @Sendable (Int32) -> Void) {
        state.withLock { $0.notice = notice }
    }

    /// Adds an action that runs before a second signal ends the process.
    ///
    /// Actions run in the order of these calls, as long as there is time.
    package func beforeEnding(_ tidyUp: @escaping @Sendable () -> Void) {
        state.withLock { $0.tidying.append(tidyUp) }
    }

    /// Ends the process with an exit code after a time, unless it has ended by itself.
    func end(after pause: Duration, code: Int32) {
        let (seconds, attoseconds) = pause.components
        let nanoseconds = Int(seconds) * 1_000_000_000 + Int(attoseconds / 1_000_000_000)
        DispatchQueue.global().asyncAfter(deadline: .now() + .nanoseconds(nanoseconds)) {
            self.end(code)
        }
    }

    /// Handles a signal that asks to stop.
    func receive(_ number: Int32) {
        let (isTold, state) = state.withLock { state in
            let isTold = state.first == nil || state.isDelaying
            if state.first == nil { state.first = number } else { state.isDelaying = false }
            return (isTold, state)
        }
        if isTold {
            state.action?(number)
        } else {
            tidyUp(state.tidying)
            end(128 + number)
        }
    }

    /// Handles a signal that has no effect.
    func note(_ number: Int32) { state.withLock { $0.notice }?(number) }

    /// Runs the actions on another thread, so that a blocked log or disk cannot delay the end.
    private func tidyUp(_ tidying: [@Sendable () -> Void]) {
        let isDone = DispatchSemaphore(value: 0)
        DispatchQueue.global().async {
            for tidyUp in tidying { tidyUp() }
            isDone.signal()
        }
        _ = isDone.wait(timeout: .now() + Limits.tidyingUp)
    }
}
