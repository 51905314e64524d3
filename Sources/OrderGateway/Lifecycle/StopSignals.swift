internal import Dispatch
internal import Glibc
internal import Synchronization

/// The signals that reach a process that serves: those that ask it to stop, and those that would end it
/// though nobody has asked for that; ``SignalEffect/table`` has them all.
///
/// This is made before anything that a stop has to tidy up: until then a signal ends the process in
/// the system's way. The first that asks to stop is kept until somebody asks for it; the second ends the
/// process at once, but for a drain delay, which it only ends. They are handled until the process ends,
/// whether or not anybody still refers to this.
///
/// Child processes would inherit what is ignored; there are none.
package final class StopSignals: Sendable {
    package enum Limits {
        /// For what is done before a second signal ends the process.
        static let tidyingUp = DispatchTimeInterval.seconds(2)
    }

    private struct State {
        var first: Int32?
        /// Whether the next signal is told as the first one is.
        var isDelaying = false
        var action: (@Sendable (Int32) -> Void)?
        var notice: (@Sendable (Int32) -> Void)?
        var tidying: [@Sendable () -> Void] = []
    }

    private let state = Mutex(State())
    private let end: @Sendable (Int32) -> Void

    /// Returns when the signals are handled.
    ///
    /// - Parameters:
    ///   - rows: The signals.
    ///   - end: Ends the process with an exit code: 128 and the signal's number, as shells report it.
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
            // The source is held by its own handler, so that it lasts.
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

    /// The first signal, once it is there.
    package var first: Int32? { state.withLock { $0.first } }

    /// Has the first signal told to somebody, at once if it is there already; one at a time.
    ///
    /// - Parameter delaying: Whether a second one is told, too, until ``delayIsOver()``.
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

    /// The next signal ends the process.
    package func delayIsOver() { state.withLock { $0.isDelaying = false } }

    /// Has somebody told of signals that have no effect.
    package func whenNoted(_ notice: @escaping @Sendable (Int32) -> Void) {
        state.withLock { $0.notice = notice }
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

    /// What happens at a signal that asks to stop.
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

    /// What happens at a signal that has no effect.
    func note(_ number: Int32) { state.withLock { $0.notice }?(number) }

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
