import Orders
import ReadModelTestSupport
import Testing

@testable import ReadModel

struct BloomFilteredStoreTests {
    /// A store behind its filter, in memory.
    struct Place: StorePlace {
        let disk = MemoryDisk()

        func open() throws -> BloomFilteredStore { try BloomFilteredStore(MemoryStore(disk)) }

        func setFull(_ isFull: Bool, _ store: BloomFilteredStore) { disk.setFull(isFull) }
    }

    @Test(arguments: StoreProperty<Place>.all)
    func `the filter keeps what a store promises`(_ property: StoreProperty<Place>) async throws {
        try await property.check(Place())
    }

    @Test(arguments: StoreProperty<MemoryPlace>.all)
    func `the tests' store keeps what a store promises`(
        _ property: StoreProperty<MemoryPlace>
    ) async throws {
        try await property.check(MemoryPlace())
    }

    @Test func `the database is not asked for an order that is certainly absent`() async throws {
        let store = MemoryStore()
        try store.commit(orders: [Order(id: orderID(5))], offsets: [:])
        let filtered = try BloomFilteredStore(store)
        try filtered.commit(orders: [Order(id: orderID(9))], offsets: [:])
        // A closed store refuses every question.
        try store.close()
        #expect(try await filtered.order(orderID(7)) == nil)
        #expect(try filtered.orders([orderID(7), orderID(8)]).isEmpty)
        for stored in [orderID(3), orderID(5), orderID(9)] {
            await #expect(throws: StoreError.self) { try await filtered.order(stored) }
            #expect(throws: StoreError.self) { try filtered.orders([orderID(7), stored]) }
        }
    }
}
