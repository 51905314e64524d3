import Foundation

// micro-benchmarks [RUNS [NAME]]: prints a table of the benchmarks whose name contains NAME; fails
// when a run asks for memory more often than allowed.

let arguments = CommandLine.arguments.dropFirst()
let wanted = arguments.dropFirst().first ?? ""
guard let runs = arguments.first.map({ Int($0) }) ?? 20_000, runs > 0 else {
    FileHandle.standardError.write(Data("micro-benchmarks: RUNS must be above 0\n".utf8))
    exit(2)
}

func column(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
}

let workbench = try Workbench()
defer { workbench.remove() }
var failures = 0
print("allocations     limit        ns  a run of")
for benchmark in workbench.benchmarks where wanted.isEmpty || benchmark.name.contains(wanted) {
    let result = try benchmark.measure(runs: runs)
    let isOver = result.allocations > benchmark.allocationLimit
    if isOver { failures += 1 }
    print(
        column(String(format: "%.2f", result.allocations), 11),
        column(String(format: "%.1f", benchmark.allocationLimit), 9),
        column(String(format: "%.0f", result.nanoseconds), 9),
        " \(benchmark.name)\(isOver ? "  ← more than allowed" : "")"
    )
}
if failures > 0 {
    workbench.remove()
    exit(1)
}
