internal import Dispatch
internal import Synchronization

/// The blocking requests to brokers through one client.
///
/// When the process stops, it gives up these questions. Otherwise it would wait for an unreachable
/// broker until their timeouts.
final class Questions: Sendable {
    private struct State {
        var isGivenUp = false
        /// The functions that end the wait of each open question.
        var waits: [UInt64: @Sendable () -> Void] = [:]
        var lastNumber: UInt64 = 0
        var isUnanswered = false
    }

    private let state = Mutex(State())

    /// Whether ``giveUp()`` was called, after which questions no longer wait for answers.
    var areGivenUp: Bool { state.withLock { $0.isGivenUp } }

    /// The number of open questions; for tests.
    var count: Int { state.withLock { $0.waits.count } }

    /// Whether the last question was not answered.
    var isUnanswered: Bool { state.withLock { $0.isUnanswered } }

    func note(isAnswered: Bool) { state.withLock { $0.isUnanswered = !isAnswered } }

    /// Ends all waits, now and later.
    func giveUp() {
        // Keep the lock: a waiting thread may free the object that it waits on as soon as it is
        // woken.
        state.withLock { state in
            state.isGivenUp = true
            for end in state.waits.values { end() }
        }
    }

    /// Runs a blocking call that cannot be interrupted on a separate thread.
    ///
    /// Blocks until the call returns or the question is given up. In the second case the thread
    /// ends some time later.
    ///
    /// - Returns: `nil` when the question was given up.
    func ask<Answer: Sendable>(_ call: @escaping @Sendable () -> Answer) -> Answer? {
        let answer = Answered<Answer>()
        return waiting(endedBy: { answer.isThere.signal() }) {
            // A serial queue has a thread outside the pool that runs tasks. Threads of the pool may
            // not wait for a broker.
            DispatchQueue(label: "order-gateway.question").async {
                let found = call()
                answer.value.withLock { $0 = found }
                answer.isThere.signal()
            }
            answer.isThere.wait()
            return answer.value.withLock { $0 }
        }
    }

    /// Runs a wait that another thread can end.
    ///
    /// - Parameter end: Ends the wait, or the next wait if this one has not begun. May neither
    ///   block nor call back.
    /// - Returns: `nil` when the question was given up before the wait began.
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
