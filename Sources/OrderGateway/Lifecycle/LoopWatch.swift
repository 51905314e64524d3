internal import OrderStreams
internal import Synchronization
internal import Telemetry

/// Looks at intervals whether every event loop turns, and reports a loop that does not.
///
/// A request on such a loop is never answered, and neither is a probe. So whichever other loop is
/// probed says it; on a thread of its own, this service does not depend on any of them.
final class LoopWatch: Service {
    enum Limits {
        /// The time between two looks.
        static let interval = Duration.seconds(1)
        /// The number of looks in a row after which a loop that has not answered hangs.
        ///
        /// No code on a loop blocks, and a turn takes milliseconds. Ten seconds are more than a busy
        /// machine withholds the processor. Looks are counted instead of the time, because a process
        /// that was paused does not look either.
        static let silentLooks = 10
    }

    let name = "loop watch"

    private let loops: [LoopPulse]
    private let health: Health
    private let interval: Duration
    private let logger: Logger
    /// The number of looks since the last answer of each loop.
    private let silence: Mutex<[Int]>

    init(
        _ loops: [LoopPulse],
        health: Health,
        interval: Duration = Limits.interval,
        logger: Logger
    ) {
        self.loops = loops
        self.health = health
        self.interval = interval
        self.logger = logger
        silence = Mutex(Array(repeating: 0, count: loops.count))
    }

    /// The time that work last waited on each loop, by the name of its thread.
    var delays: [(loop: String, delay: Duration)] { loops.map { ($0.name, $0.delay) } }

    func run() async throws {
        try await withTaskExecutorPreference(BlockingExecutor(name: name)) {
            while true {
                look()
                try await Task.sleep(for: interval)
            }
        }
    }

    /// Asks each loop that has answered, and counts the silence of the others.
    func look() {
        let hung = silence.withLock { silence in
            loops.indices.filter { index in
                guard loops[index].isWaiting else {
                    silence[index] = 0
                    loops[index].ask()
                    return false
                }
                silence[index] += 1
                return silence[index] >= Limits.silentLooks
            }
        }
        guard !hung.isEmpty else {
            if health.succeed(.eventLoops) { logger.notice("all event loops turn again") }
            return
        }
        let names = hung.map { loops[$0].name }.joined(separator: ", ")
        guard health.fail(.eventLoops, "event loops that do not turn: \(names)") else { return }
        logger.error(
            "event loops do not turn, and their connections hang: keep the stacks of the threads"
                + " for a report, and restart the process",
            metadata: ["loops": names, "help": Health.Part.eventLoops.help]
        )
    }
}
