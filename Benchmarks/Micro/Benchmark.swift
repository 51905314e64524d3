import Allocations
import Instructions

/// One piece of work that every request or event brings.
struct Benchmark {
    let name: String
    /// How many requests or events a run is for: the more, the fewer runs there are.
    let size: Int
    /// What a run may ask for memory, on average.
    ///
    /// Counts and not times: they are the same on every machine, and whoever adds one sees it here.
    let allocationLimit: Double
    /// How many instructions a run may take on x86-64, on average, those of C libraries included.
    ///
    /// Some 3 % above what is counted, which is exact, and 5 % where SQLite has a part in it: there it
    /// varies by a thousandth.
    let instructionLimit: Double
    let run: () throws -> Void

    init(
        _ name: String,
        size: Int = 1,
        allocationLimit: Double,
        instructionLimit: Double,
        run: @escaping () throws -> Void
    ) {
        self.name = name
        self.size = size
        self.allocationLimit = allocationLimit
        self.instructionLimit = instructionLimit
        self.run = run
    }

    struct Result {
        let allocations: Double
        let nanoseconds: Double
    }

    /// Runs it until what is only made once has been made, then counts.
    ///
    /// - Parameter events: How many requests or events the runs are for.
    func measure(events: Int) throws -> Result {
        let runs = try prepare(events: events)
        let before = allocations_count()
        let start = ContinuousClock.now
        for _ in 0..<runs { try run() }
        let time = ContinuousClock.now - start
        let count = allocations_count() - before
        let nanoseconds =
            Double(time.components.seconds) * 1e9 + Double(time.components.attoseconds) / 1e9
        return Result(
            allocations: Double(count) / Double(runs),
            nanoseconds: nanoseconds / Double(runs)
        )
    }

    /// The same where callgrind counts: see ``InstructionCounts``.
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

/// Keeps the compiler from leaving out work whose outcome nobody looks at.
@inline(never)
func keep<Value>(_ value: Value) {}
