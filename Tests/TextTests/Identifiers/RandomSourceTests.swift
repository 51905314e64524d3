import Text
import Testing

struct RandomSourceTests {
    private let random = RandomSource()
    private let time = Timestamp(millisecondsSinceEpoch: 1_800_000_000_123)

    @Test func `ids are unique, of version 7 and of the RFC's variant`() {
        var seen: Set<UUID> = []
        for _ in 0..<10_000 {
            let id = random.uuid(at: time)
            #expect(id.high >> 16 == 1_800_000_000_123)
            #expect(id.high >> 12 & 0xF == 7)
            #expect(id.low >> 62 == 0b10)
            seen.insert(id)
        }
        #expect(seen.count == 10_000)
    }

    @Test func `every bit that may vary does`() {
        let ids = (0..<1_000).map { _ in random.uuid(at: time) }
        #expect(ids.reduce(0) { $0 | $1.high } & 0xFFF == 0xFFF)
        #expect(ids.reduce(~0) { $0 & $1.high } & 0xFFF == 0)
        #expect(ids.reduce(0) { $0 | $1.low } == 0xBFFF_FFFF_FFFF_FFFF)
        #expect(ids.reduce(~0) { $0 & $1.low } == 0x8000_0000_0000_0000)
    }

    @Test func `tasks that ask at once get different ids`() async {
        let random = random
        let time = time
        let all = await withTaskGroup(of: [String].self) { group in
            for _ in 0..<8 {
                group.addTask {
                    (0..<2_000).flatMap { _ in
                        [
                            random.uuid(at: time).description, random.traceID().description,
                            random.spanID().description,
                        ]
                    }
                }
            }
            return await group.reduce(into: Set<String>()) { $0.formUnion($1) }
        }
        #expect(all.count == 8 * 2_000 * 3)
    }
}
