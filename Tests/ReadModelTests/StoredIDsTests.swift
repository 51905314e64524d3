import Orders
import ReadModelTestSupport
import TestSupport
import Testing
import Text

@testable import ReadModel

struct StoredIDsTests {
    private func id(_ number: Int, using generator: inout SeededGenerator) -> OrderID {
        OrderID(high: UInt64(number) << 16, low: generator.next())
    }

    @Test func `nothing is in an empty store`() {
        #expect(!StoredIDs(highest: nil).mayContain(orderID(1)))
    }

    @Test func `what was there may be all that is not above the highest`() {
        let ids = StoredIDs(highest: OrderID(high: 5, low: 5))
        #expect(ids.mayContain(OrderID(high: 5, low: 5)))
        #expect(ids.mayContain(OrderID(high: 1, low: 9)))
        #expect(!ids.mayContain(OrderID(high: 5, low: 6)))
    }

    @Test func `what has come is there, and most of what has not come is not`() throws {
        try withSeededGenerator { generator in
            var ids = StoredIDs(highest: OrderID(high: 0, low: 9))
            // More ids than the filter takes, so it is emptied once.
            let count = StoredIDs.Limits.ids + StoredIDs.Limits.ids / 2
            let inserted = (1...count).map { id($0, using: &generator) }
            for id in inserted { ids.insert(id) }
            try #require(inserted.allSatisfy(ids.mayContain))
            let later = (1...10_000).map { id(count + $0, using: &generator) }
            #expect(later.count(where: ids.mayContain) < 50)
        }
    }

    @Test func `ids that are not random are told apart as well`() {
        var ids = StoredIDs(highest: nil)
        for number in 0..<20_000 { ids.insert(OrderID(high: 0, low: UInt64(2 * number))) }
        let absent = (0..<20_000).count {
            ids.mayContain(OrderID(high: 0, low: UInt64(2 * $0 + 1)))
        }
        #expect(absent < 20)
    }
}
