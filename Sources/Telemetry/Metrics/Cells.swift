internal import Glibc
public import Synchronization

/// Numbers that one thread at a time writes, and that any thread reads.
///
/// A write is a load and a store without a lock: no other thread writes the same cell. What reads them
/// sums the cells of all writers; see ``CellGroup``.
///
/// Sendable because the cells are atomic, and the memory belongs to the group.
@usableFromInline
package final class Cells: @unchecked Sendable {
    @usableFromInline let base: UnsafeMutablePointer<Atomic<Int>>
    @usableFromInline let count: Int
    private let group: CellGroup

    fileprivate init(_ base: UnsafeMutablePointer<Atomic<Int>>, of group: CellGroup) {
        self.base = base
        self.group = group
        count = group.cellCount
    }

    deinit { group.giveBack(base) }

    @inlinable
    @inline(__always)
    package func add(_ number: Int, at index: Int) {
        precondition(UInt(bitPattern: index) < UInt(bitPattern: count), "a cell beyond the last")
        let sum = base[index].load(ordering: .relaxed) &+ number
        base[index].store(sum, ordering: .relaxed)
    }

    /// Counts a duration, or several equal ones, in the row of a histogram.
    ///
    /// - Parameters:
    ///   - row: The index of the row's first cell; it has ``Buckets/cellCount`` cells.
    ///   - times: How many of these there were.
    @inlinable
    @inline(__always)
    package func observe(_ nanoseconds: Int, row: Int, _ buckets: Buckets, times: Int = 1) {
        add(times, at: row &+ buckets.index(of: nanoseconds))
        add(nanoseconds &* times, at: row &+ buckets.bounds.count &+ 1)
    }
}

/// The cells of all writers of some metrics, one block for each writer.
///
/// A block of a writer that is gone keeps its numbers, and the next writer goes on with it. So there are
/// never more blocks than there were writers at the same time.
package final class CellGroup: Sendable {
    private typealias Base = UnsafeMutablePointer<Atomic<Int>>

    /// The blocks, which live as long as the group.
    ///
    /// Sendable because the cells are atomic.
    private struct Blocks: @unchecked Sendable {
        var all: [Base] = []
        var free: [Base] = []
    }

    /// The number of cells of each writer.
    package let cellCount: Int
    private let blocks = Mutex(Blocks())

    package init(cellCount: Int) {
        self.cellCount = cellCount
    }

    deinit { for base in blocks.withLock({ $0.all }) { free(base) } }

    /// The most writers that there were at the same time.
    var writerCount: Int { blocks.withLock { $0.all.count } }

    /// Returns cells for one more writer.
    package func makeCells() -> Cells {
        let base = blocks.withLock { blocks -> UnsafeMutablePointer<Atomic<Int>> in
            if let base = blocks.free.popLast() { return base }
            // Pages of this memory take no space until they are written. Most combinations of labels
            // never occur.
            guard let memory = calloc(max(1, cellCount), MemoryLayout<Atomic<Int>>.stride) else {
                fatalError("no memory for metrics")
            }
            let base = memory.assumingMemoryBound(to: Atomic<Int>.self)
            blocks.all.append(base)
            return base
        }
        return Cells(base, of: self)
    }

    fileprivate func giveBack(_ base: UnsafeMutablePointer<Atomic<Int>>) {
        blocks.withLock { $0.free.append(base) }
    }

    /// Returns the sum of a cell over all writers.
    package func sum(at index: Int) -> Int { sums(index..<index + 1)[0] }

    /// Returns the sums of cells over all writers.
    package func sums(_ indices: Range<Int>) -> [Int] {
        precondition(indices.lowerBound >= 0 && indices.upperBound <= cellCount, "no such cells")
        return blocks.withLock { blocks in
            indices.map { index in
                blocks.all.reduce(0) { $0 &+ $1[index].load(ordering: .relaxed) }
            }
        }
    }

    /// Returns a histogram's row, summed over all writers.
    package func histogram(row: Int, _ buckets: Buckets) -> HistogramSnapshot {
        let sums = sums(row..<row + buckets.cellCount)
        return HistogramSnapshot(buckets, sums)
    }
}
