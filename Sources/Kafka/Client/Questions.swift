internal import Dispatch
internal import Synchronization

/// The questions that are put to brokers through one client, for which a thread has to wait.
///
/// Whoever stops gives them up: a broker that is away would be waited for until their time is up.
final class Questions: Sendable {
    private struct State {
        var isGivenUp = false
        /// Ends the wait of each question that is being asked.
        var waits: [UInt64: @Sendable () -> Void] = [:]
        var lastNumber: UInt64 = 0
        var isUnanswered = false
    }

    private let state = Mutex(State())

    /// Whether ``giveUp()`` was called: no question is waited for any more.
    var areGivenUp: Bool { state.withLock { $0.isGivenUp } }

    /// How many questions are being asked; for tests.
    var count: Int { state.withLock { $0.waits.count } }

    /// Whether the last question was not answered.
    var isUnanswered: Bool { state.withLock { $0.isUnanswered } }

    func note(isAnswered: Bool) { state.withLock { $0.isUnanswered = !isAnswered } }

    /// Ends all waits, now and later.
    func giveUp() {
        // Under the lock: whoever waits may take away what it waits on as soon as it is let go.
        state.withLock { state in
            state.isGivenUp = true
            for end in state.waits.values { end() }
        }
    }

    /// Runs a call that blocks and cannot be interrupted, on a thread of its own; blocks until it
    /// returns, or until it is given up: then the thread ends some time later.
    ///
    /// - Returns: `nil` when it was given up.
    func ask<Answer: Sendable>(_ call: @escaping @Sendable () -> Answer) -> Answer? {
        let answer = Answered<Answer>()
        return waiting(endedBy: { answer.isThere.signal() }) {
            // A serial queue has a thread beside those that run tasks: they may not wait for a broker.
            DispatchQueue(label: "order-gateway.question").async {
                let found = call()
                answer.value.withLock { $0 = found }
                answer.isThere.signal()
            }
            answer.isThere.wait()
            return answer.value.withLock { $0 }
        }
    }

    /// Runs a wait that something else can end.
    ///
    /// - Parameter end: Ends it, or the next one if it has not begun; may neither block nor call back.
    /// - Returns: `nil` when it was given up before it began.
    func waiting<Answer>(
        endedBy end: @escaping @Sendable () -> Void,
        _ wait: () -> Answer?
    ) -> Answer? {
        let number: UInt64? = state.withLock { state in
            guard !state.isGivenUp else { return nil }
            state.lastNumber += 1
            state.waits[state.lastNumber] = end
            return state.lastNumber
        }
        guard let number else { return nil }
        defer { state.withLock { $0.waits[number] = nil } }
        return wait()
    }

    private final class Answered<Answer: Sendable>: Sendable {
        let value = Mutex<Answer?>(nil)
        let isThere = DispatchSemaphore(value: 0)
    }
}
