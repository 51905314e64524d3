import TestSupport
import Testing

@testable import Transport

struct BinaryHeapTests {
    private func drain(_ heap: inout BinaryHeap<Int>) -> [Int] {
        var drained: [Int] = []
        while let next = heap.popMin() { drained.append(next) }
        return drained
    }

    @Test func `an empty heap has nothing to give`() {
        var heap = BinaryHeap<Int>()
        #expect(heap.min == nil)
        #expect(heap.popMin() == nil)
        #expect(heap.count == 0)
    }

    @Test func `elements come out as sort puts them`() throws {
        try withSeededGenerator { generator in
            for _ in 0..<200 {
                let count = Int.random(in: 0...300, using: &generator)
                // Few different ones at times, so that many are equal.
                let range = 0...Int.random(in: 0...1_000, using: &generator)
                let elements = (0..<count).map { _ in Int.random(in: range, using: &generator) }
                var heap = BinaryHeap<Int>()
                for element in elements { heap.insert(element) }
                #expect(heap.count == count)
                try #require(drain(&heap) == elements.sorted())
                #expect(heap.count == 0)
            }
        }
    }

    @Test func `the smallest is at hand whatever comes and goes`() throws {
        try withSeededGenerator { generator in
            var heap = BinaryHeap<Int>()
            var model: [Int] = []
            for _ in 0..<20_000 {
                if model.isEmpty || Int.random(in: 0..<100, using: &generator) < 52 {
                    let element = Int.random(in: -50...50, using: &generator)
                    heap.insert(element)
                    model.append(element)
                    model.sort(by: >)
                } else {
                    try #require(heap.popMin() == model.popLast())
                }
                try #require(heap.min == model.last)
                try #require(heap.count == model.count)
            }
            try #require(drain(&heap) == model.reversed())
        }
    }

    @Test func `memory is bounded by the most that is in it at once`() throws {
        try withSeededGenerator { generator in
            var heap = BinaryHeap<Int>()
            let most = 1_000
            for element in 0..<most { heap.insert(element) }
            for _ in 0..<100_000 {
                _ = heap.popMin()
                heap.insert(Int.random(in: 0..<most, using: &generator))
            }
            #expect(heap.count == most)
            #expect(heap.capacity <= 2 * most)
        }
    }
}
