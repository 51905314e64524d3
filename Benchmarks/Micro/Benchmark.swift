import Allocations

/// One piece of work that every request or event brings.
struct Benchmark {
    let name: String
    /// What a run may ask for memory, on average.
    ///
    /// Counts and not times: they are the same on every machine, and whoever adds one sees it here.
    let allocationLimit: Double
    let run: () throws -> Void

    struct Result {
        let allocations: Double
        let nanoseconds: Double
    }

    /// Runs it until what is only made once has been made, then counts.
    func measure(runs: Int) throws -> Result {
        for _ in 0..<max(1, runs / 10) { try run() }
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
}

/// Keeps the compiler from leaving out work whose outcome nobody looks at.
@inline(never)
func keep<Value>(_ value: Value) {}
