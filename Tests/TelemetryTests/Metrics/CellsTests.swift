import Testing

@testable import Telemetry

struct CellsTests {
    @Test func `the sum of a cell is that of all writers`() {
        let group = CellGroup(cellCount: 3)
        let (first, second) = (group.makeCells(), group.makeCells())
        first.add(2, at: 1)
        second.add(5, at: 1)
        second.add(-1, at: 2)
        #expect(group.sums(0..<3) == [0, 7, -1])
        withExtendedLifetime((first, second)) {}
    }

    @Test func `a writer that is gone leaves its counts, and its cells to the next one`() {
        let group = CellGroup(cellCount: 1)
        for _ in 0..<1_000 { group.makeCells().add(1, at: 0) }
        #expect(group.sum(at: 0) == 1_000)
        #expect(group.writerCount == 1)
    }

    @Test func `writers on several threads lose no count`() async {
        let group = CellGroup(cellCount: 1)
        await withTaskGroup(of: Void.self) { tasks in
            for _ in 0..<4 {
                let cells = group.makeCells()
                tasks.addTask { for _ in 0..<10_000 { cells.add(1, at: 0) } }
            }
        }
        #expect(group.sum(at: 0) == 40_000)
    }

    @Test func `counts that several threads share lose none`() async {
        let counts = SharedCounts(count: 2)
        await withTaskGroup(of: Void.self) { tasks in
            for _ in 0..<4 { tasks.addTask { for _ in 0..<10_000 { counts.add(at: 1) } } }
        }
        #expect(counts[0] == 0)
        #expect(counts.total == 40_000)
    }
}
