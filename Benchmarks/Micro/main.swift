import Foundation

// micro-benchmarks [EVENTS [NAME]]: prints a table of the benchmarks whose name contains NAME.
// Fails when a run exceeds its limit of allocations or instructions.

func fail(_ message: String) {
    // Write the buffered output before the error message, whatever its destination is.
    fflush(nil)
    FileHandle.standardError.write(Data("micro-benchmarks: \(message)\n".utf8))
}

func column(_ number: Double, _ width: Int, digits: Int = 0) -> String {
    let text = String(format: "%.\(digits)f", number)
    return String(repeating: " ", count: max(0, width - text.count)) + text
}

/// - Returns: Whether all benchmarks are within their limits.
func measure(_ benchmarks: [Benchmark], events: Int, names: String) throws -> Bool {
    let counts = try InstructionCounts.measure(names)
    guard counts.count == benchmarks.count else {
        throw InstructionCounts.Failure(
            description: "\(counts.count) of \(benchmarks.count) benchmarks were counted"
        )
    }
    var isGood = true
    func check(_ benchmark: Benchmark, _ what: String, _ count: Double, limit: Double) {
        guard count > limit else { return }
        isGood = false
        let numbers = String(format: "%.2f %@, %.2f are allowed", count, what, limit)
        fail("\(benchmark.name): \(numbers)")
    }
    print("allocations     limit  instructions     limit        ns  a run of")
    for (benchmark, count) in zip(benchmarks, counts) {
        let result = try benchmark.measure(events: events)
        let runs = benchmark.runs(InstructionCounts.events)
        let instructions = count / Double(runs * benchmark.countsPerRun)
        print(
            column(result.allocations, 11, digits: 2),
            column(benchmark.allocationLimit, 9, digits: 1),
            column(instructions, 13),
            column(benchmark.instructionLimit, 9),
            column(result.nanoseconds, 9),
            " \(benchmark.name)"
        )
        check(benchmark, "allocations", result.allocations, limit: benchmark.allocationLimit)
        if InstructionCounts.haveLimits {
            check(benchmark, "instructions", instructions, limit: benchmark.instructionLimit)
        }
    }
    return isGood
}

func main() throws -> Int32 {
    let arguments = CommandLine.arguments.dropFirst()
    let names = arguments.dropFirst().first ?? ""
    let workbench = try Workbench()
    defer { workbench.remove() }
    let benchmarks = workbench.benchmarks.filter { names.isEmpty || $0.name.contains(names) }
    if arguments.first == InstructionCounts.command {
        for benchmark in benchmarks {
            try benchmark.runCounted(events: InstructionCounts.events)
        }
        return 0
    }
    guard let events = arguments.first.map({ Int($0) }) ?? 20_000, events > 0 else {
        fail("EVENTS must be above 0")
        return 2
    }
    return try measure(benchmarks, events: events, names: names) ? 0 : 1
}

do {
    exit(try main())
} catch {
    fail("\(error)")
    exit(1)
}
