import TestSupport
import Testing

@testable import HTTPServer

struct HTTP2MemoryTests {
    private let memory = HTTP2Memory()

    @Test func `a freed block serves the next request for that size`() {
        let first = memory.allocate(200)
        memory.free(first)
        #expect(memory.allocate(150) != first)
        #expect(memory.allocate(201) == first)
        memory.free(first)
    }

    @Test func `blocks of every size keep their bytes, moved or not`() throws {
        try withSeededGenerator { random in
            var blocks: [(block: UnsafeMutableRawPointer, size: Int, mark: UInt8)] = []
            for _ in 0..<5_000 {
                let size = Int.random(in: 0...2_000, using: &random)
                let mark = UInt8.random(in: 0...255, using: &random)
                let index = blocks.indices.randomElement(using: &random)
                switch (Int.random(in: 0..<4, using: &random), index) {
                case (0, _), (1, nil):
                    let block = try #require(memory.allocate(size))
                    block.initializeMemory(as: UInt8.self, repeating: mark, count: size)
                    blocks.append((block, size, mark))
                case (1, _?), (_, nil):
                    let block = try #require(memory.allocateZeros(size, 1))
                    #expect(Self.holds(block, size, 0))
                    block.initializeMemory(as: UInt8.self, repeating: mark, count: size)
                    blocks.append((block, size, mark))
                case (2, let index?):
                    let old = blocks[index]
                    let block = try #require(memory.reallocate(old.block, size))
                    #expect(Self.holds(block, min(size, old.size), old.mark))
                    block.initializeMemory(as: UInt8.self, repeating: mark, count: size)
                    blocks[index] = (block, size, mark)
                case (_, let index?):
                    let old = blocks.remove(at: index)
                    #expect(Self.holds(old.block, old.size, old.mark))
                    #expect(UInt(bitPattern: old.block) % 16 == 0)
                    memory.free(old.block)
                }
            }
            for old in blocks {
                #expect(Self.holds(old.block, old.size, old.mark))
                memory.free(old.block)
            }
        }
    }

    private static func holds(_ block: UnsafeMutableRawPointer, _ size: Int, _ mark: UInt8) -> Bool
    {
        UnsafeRawBufferPointer(start: block, count: size).allSatisfy { $0 == mark }
    }

    @Test func `a size that overflows is refused`() {
        #expect(memory.allocateZeros(.max, 2) == nil)
    }
}
