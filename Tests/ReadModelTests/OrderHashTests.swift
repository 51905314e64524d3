import Orders
import ReadModelTestSupport
import TestSupport
import Testing
import Text

@testable import ReadModel

struct OrderHashTests {
    @Test func `one hash gives an id the same bits each time, and another hash other bits`() {
        let hash = OrderHash()
        let ids = (0..<100).map { orderID($0) }
        #expect(ids.map(hash.of) == ids.map(hash.of))
        #expect(ids.map(hash.of) != ids.map(OrderHash().of))
    }

    /// Fills buckets as the hot view does, with ids that an outsider might choose.
    @Test(arguments: Self.steps)
    func `ids in a row spread over the buckets`(_ step: OrderID) {
        // A bad choice of random numbers is possible, but not five times in a row.
        let sums = (0..<5).map { _ in
            let hash = OrderHash()
            var buckets: [UInt32: Int] = [:]
            for number in 0..<UInt64(4096) {
                let id = OrderID(high: step.high &* number, low: step.low &* number)
                buckets[hash.of(id) & 8191, default: 0] += 1
            }
            return buckets.values.reduce(0) { $0 + $1 * $1 }
        }
        // Were they independent, the squares would sum to 1.5 times the number of ids.
        #expect(sums.min() ?? .max < 3 * 4096)
    }

    private static let steps: [OrderID] = [
        // Numbers in each part of the id.
        OrderID(high: 0, low: 1), OrderID(high: 0, low: 1 << 32), OrderID(high: 1, low: 0),
        OrderID(high: 1 << 32, low: 0), OrderID(high: 0, low: 16),
        // The same number in several parts.
        OrderID(high: 1, low: 1), OrderID(high: 1 << 32 | 1, low: 1 << 32 | 1),
        OrderID(high: 1 << 48, low: 1 << 48),
        OrderID(high: 0x9E37_79B9_7F4A_7C15, low: 0x9E37_79B9_7F4A_7C15),
    ]
}
