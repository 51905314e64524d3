import Orders
import ReadModel
import ReadModelTestSupport
import TestSupport
import Testing

@testable import SQLiteStore

struct SQLiteOrderStoreTests {
    private let position = StreamPosition(topic: "order-events", partition: 2)

    @Test(arguments: StoreProperty<SQLitePlace>.all)
    func `the store keeps what a store promises`(
        _ property: StoreProperty<SQLitePlace>
    ) async throws {
        try await property.check(SQLitePlace())
    }

    @Test func `a person reads the rows with the sqlite3 command line`() async throws {
        let fixture = try Fixture<SQLitePlace>()
        var log = EventLog()
        log.append(created(orderID(1)), at: 1_000)
        log.append(reserved(orderID(1)), at: 2_000)
        try fixture.projector.apply(log.records)
        try fixture.projector.commit()

        let rows = try await sqlite3(
            fixture.place.databasePath,
            """
            SELECT order_id, status, customer_id, total_amount, created_at, reserved_at,
                json_extract(items, '$[0].product_id')
            FROM orders
            """
        )
        #expect(rows == "\(orderID(1))|confirmed|customer-1|19.98|1000|2000|p-1\n")
        let offsets = try await sqlite3(
            fixture.place.databasePath,
            "SELECT topic, next_offset FROM offsets ORDER BY topic"
        )
        #expect(offsets == "inventory-events|1\norder-events|1\n")
    }

    @Test(arguments: [0, 1, 31, 32, 33, 63, 64, 65, 100])
    func `many orders are written as they would be one by one`(_ count: Int) async throws {
        let (together, single) = (try SQLitePlace(), try SQLitePlace())
        let (first, second) = (try together.open(), try single.open())
        try withSeededGenerator { generator in
            // The second time replaces all rows, and some of their values by nothing.
            for round in 1...2 {
                let orders = (0..<count).map {
                    RandomEvents.order(orderID($0), using: &generator)
                }
                let bytes = try first.commit(orders: orders, offsets: [position: Int64(round)])
                var sum = 0
                for order in orders { sum += try second.commit(orders: [order], offsets: [:]) }
                #expect(bytes == sum)
                let stored = try first.orders(after: nil, limit: count + 1)
                #expect(stored == orders)
                #expect(try second.orders(after: nil, limit: count + 1) == orders)
            }
        }
        let rows = "SELECT * FROM orders ORDER BY order_id"
        let both = try await [
            sqlite3(together.databasePath, rows), sqlite3(single.databasePath, rows),
        ]
        #expect(both[0] == both[1])
    }

    @Test func `a column takes no value of another type`() async throws {
        let fixture = try Fixture<SQLitePlace>()
        let path = fixture.place.databasePath
        await #expect(throws: SupportError.self) {
            try await sqlite3(path, "INSERT INTO offsets VALUES ('t', 0, 'not a number')")
        }
    }
}
