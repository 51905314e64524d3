internal import Synchronization

/// A text that takes work to write, written once for all who ask at about the same time.
///
/// So clients that ask again and again, or take their answers slowly, cost no more than one that
/// asks four times a second: they share one piece of work and one array.
final class SharedText: Sendable {
    enum Limits {
        /// The age up to which a text is given again.
        ///
        /// Whoever watches the gateway asks once a second or less.
        static let age = Duration.milliseconds(250)
    }

    private enum State {
        case none
        case running(Task<[UInt8], Never>)
        case written([UInt8], at: ContinuousClock.Instant)
    }

    private enum Text {
        case ready([UInt8])
        case running(Task<[UInt8], Never>)
    }

    private let now: @Sendable () -> ContinuousClock.Instant
    private let write: @Sendable () async -> [UInt8]
    private let state = Mutex(State.none)

    /// - Parameter write: Writes the present text.
    init(
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now },
        write: @escaping @Sendable () async -> [UInt8]
    ) {
        self.now = now
        self.write = write
    }

    /// The text, written on a thread of the cooperative pool, so that the event loop serves other
    /// connections meanwhile.
    var bytes: [UInt8] {
        get async {
            let now = now()
            switch state.withLock({ text(at: now, &$0) }) {
            case .ready(let bytes): return bytes
            case .running(let task): return await task.value
            }
        }
    }

    private func text(at now: ContinuousClock.Instant, _ state: inout State) -> Text {
        switch state {
        case .running(let task): return .running(task)
        case .written(let bytes, let time) where now < time + Limits.age: return .ready(bytes)
        case .none, .written: break
        }
        // The task is detached, because the connection's task and its children prefer the event
        // loop, and because others wait for it if this client leaves.
        let task = Task.detached { await self.run() }
        state = .running(task)
        return .running(task)
    }

    private func run() async -> [UInt8] {
        let bytes = await write()
        let now = now()
        state.withLock { $0 = .written(bytes, at: now) }
        return bytes
    }
}
