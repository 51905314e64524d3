import Allocations
import Instructions

/// One piece of work that the gateway does for every request or event.
struct Benchmark {
    let name: String
    /// The number of requests or events that count as one run.
    ///
    /// A larger number means fewer runs.
    let size: Int
    /// What the counts of a run are divided by: the number of its events, if the counts are those
    /// of one event.
    let countsPerRun: Int
    /// The maximum number of allocations of a run, on average.
    ///
    /// A count, not a time, because it is the same on every machine. A new allocation thus shows in
    /// this limit.
    let allocationLimit: Double
    /// The maximum number of instructions of a run on x86-64, on average, including those of C
    /// libraries.
    ///
    /// It is about 3 % above the count, which is exact. With SQLite it is 5 % above, because there
    /// the count varies by a thousandth.
    let instructionLimit: Double
    let run: () throws -> Void

    init(
        _ name: String,
        size: Int = 1,
        countsPerRun: Int = 1,
        allocationLimit: Double,
        instructionLimit: Double,
        run: @escaping () throws -> Void
    ) {
        self.name = name
        self.size = size
        self.countsPerRun = countsPerRun
        self.allocationLimit = allocationLimit
        self.instructionLimit = instructionLimit
        self.run = run
    }

    struct Result {
        let allocations: Double
        let nanoseconds: Double
    }

    /// Runs the benchmark until one-time work is done, then counts.
    ///
    /// - Parameter events: The total number of requests or events of all runs.
    func measure(events: Int) throws -> Result {
        let runs = try prepare(events: events)
        let before = allocations_count()
        let start = ContinuousClock.now
        for _ in 0..<runs { try run() }
        let time = ContinuousClock.now - start
        let count = allocations_count() - before
        let nanoseconds =
            Double(time.components.seconds) * 1e9 + Double(time.components.attoseconds) / 1e9
        let counts = Double(runs * countsPerRun)
        return Result(allocations: Double(count) / counts, nanoseconds: nanoseconds / counts)
    }

    /// Does the same runs where callgrind counts them; see ``InstructionCounts``.
    func runCounted(events: Int) throws {
        var counted = Counted(runs: try prepare(events: events), run: run)
        withUnsafeMutablePointer(to: &counted) { counted in
            instructions_counted(
                { $0.assumingMemoryBound(to: Counted.self).pointee.perform() },
                counted
            )
        }
        if let failure = counted.failure { throw failure }
    }

    private struct Counted {
        let runs: Int
        let run: () throws -> Void
        var failure: (any Error)?

        mutating func perform() {
            do {
                for _ in 0..<runs { try run() }
            } catch {
                failure = error
            }
        }
    }

    private func prepare(events: Int) throws -> Int {
        for _ in 0..<max(1, runs(events) / 10) { try run() }
        return runs(events)
    }

    func runs(_ events: Int) -> Int { max(1, events / size) }
}

/// Keeps the compiler from removing work whose result is unused.
@inline(never)
func keep<Value>(_ value: Value) {}
