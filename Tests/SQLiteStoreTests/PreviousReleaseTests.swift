import Foundation
import Orders
import ReadModel
import ReadModelTestSupport
import TestSupport
import Testing
import Text

@testable import SQLiteStore

/// Folders as earlier releases have left them, which used another library for their database.
struct PreviousReleaseTests {
    private static let position = StreamPosition(topic: "order-events", partition: 2)

    /// The tables of release 1.
    private static let version1 = """
        CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);
        CREATE TABLE orders (
            order_id TEXT NOT NULL PRIMARY KEY,
            status TEXT NOT NULL,
            customer_id TEXT,
            items TEXT,
            total_amount TEXT,
            created_at INTEGER,
            correlation_id TEXT,
            trace_id TEXT,
            reserved_at INTEGER,
            failed_at INTEGER,
            failure_reason TEXT,
            cancelled_at INTEGER,
            cancellation_reason TEXT,
            cancelled_by TEXT
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE offsets (
            topic TEXT NOT NULL,
            partition INTEGER NOT NULL,
            next_offset INTEGER NOT NULL,
            PRIMARY KEY (topic, partition)
        ) STRICT, WITHOUT ROWID;
        INSERT INTO grdb_migrations VALUES ('1: orders and offsets');
        """

    /// What release 2 changed.
    private static let version2 = """
        ALTER TABLE orders ADD COLUMN currency TEXT;
        UPDATE orders SET currency = 'USD' WHERE created_at IS NOT NULL;
        INSERT INTO grdb_migrations VALUES ('2: currency');
        """

    /// What release 3 changed.
    private static let version3 = """
        ALTER TABLE orders ADD COLUMN trail BLOB;
        INSERT INTO grdb_migrations VALUES ('3: event trail');
        """

    private static let migrations = [
        ["1: orders and offsets"], ["2: currency"], ["3: event trail"],
    ]

    /// An order that was created, and one of which only the reservation has been consumed.
    private static let rows = """
        INSERT INTO orders (order_id, status, customer_id, items, total_amount, created_at,
            correlation_id, trace_id)
        VALUES ('01900000-0000-7000-8000-000000000001', 'pending', 'customer-1',
            '[{"product_id":"p-1","quantity":2,"unit_price":"9.99"}]', '19.98', 1000,
            'correlation 1', '00000000000000010000000000000002');
        INSERT INTO orders (order_id, status, reserved_at)
        VALUES ('01900000-0000-7000-8000-000000000002', 'confirmed', 2000);
        INSERT INTO offsets VALUES ('order-events', 2, 42);
        """

    private let folder: TemporaryFolder
    private let path: String

    init() throws {
        folder = try TemporaryFolder()
        path = folder.path(SQLiteOrderStore.fileName)
    }

    /// The orders of ``rows``.
    private var orders: [OrderID: Order] {
        let createdOrder = Order.folding(nil, event(created(orderID(1)), number: 1, at: 1_000))
        var reservedOrder = Order(id: orderID(2))
        reservedOrder.reservation = .reserved(at: Timestamp(millisecondsSinceEpoch: 2_000))
        return [createdOrder.id: createdOrder, reservedOrder.id: reservedOrder]
    }

    private func expectCurrent(_ sql: String) throws {
        try RawDatabase(path).run("PRAGMA journal_mode = WAL; \(sql)")
        for _ in 0..<2 {
            let store = try SQLiteOrderStore(folder: folder.path)
            #expect(try store.orders([orderID(1), orderID(2)]) == orders)
            #expect(try store.offsets() == [Self.position: 42])
            try store.close()
        }
        let migrations = try RawDatabase(path).run("SELECT identifier FROM grdb_migrations")
        #expect(migrations == Self.migrations)
    }

    @Test func `a folder of this version is opened as it is`() throws {
        try expectCurrent(Self.version1 + Self.rows + Self.version2 + Self.version3)
    }

    @Test func `the previous release's folder is migrated, and its orders have no trail`() throws {
        try expectCurrent(Self.version1 + Self.rows + Self.version2)
        let store = try SQLiteOrderStore(folder: folder.path)
        for order in try store.orders([orderID(1), orderID(2)]).values {
            #expect(order.trail.isEmpty)
            #expect(order.eventsOmitted == 1)
        }
    }

    @Test func `the folder of the release before is migrated`() throws {
        try expectCurrent(Self.version1 + Self.rows)
    }

    @Test func `an order of the previous release goes on with the events that come`() throws {
        try RawDatabase(path).run(Self.version1 + Self.rows + Self.version2)
        let store = try SQLiteOrderStore(folder: folder.path)
        var order = try #require(try store.orders([orderID(1)])[orderID(1)])
        let place = RecordPlace(topic: "inventory-events", partition: 2, offset: 7)
        let hasChanged = order.fold(
            event(reserved(orderID(1)), number: 5, at: 2_000),
            from: place
        )
        #expect(hasChanged)
        try store.commit(orders: [order], offsets: [:])
        let stored = try #require(try store.orders([orderID(1)])[orderID(1)])
        #expect(stored == order)
        #expect(stored.trail.reservation?.place == place)
        #expect(stored.eventsOmitted == 1)
    }

    @Test func `a trail that this program does not write is damage`() throws {
        try RawDatabase(path).run(Self.version1 + Self.rows + Self.version2 + Self.version3)
        try RawDatabase(path).run("UPDATE orders SET trail = x'FF01'")
        let store = try SQLiteOrderStore(folder: folder.path)
        let error = try #require(throws: StoreError.self) { try store.orders([orderID(1)]) }
        #expect("\(error)".contains("a row's trail is not what this program writes"))
    }

    @Test func `a folder from before the log is opened as well`() throws {
        try RawDatabase(path).run(Self.version1 + Self.rows + Self.version2)
        let store = try SQLiteOrderStore(folder: folder.path)
        #expect(try store.orders([orderID(1), orderID(2)]) == orders)
    }

    @Test func `a new folder has the tables of a migrated one`() throws {
        let other = try TemporaryFolder()
        try RawDatabase(other.path("orders.sqlite")).run(
            Self.version1 + Self.version2 + Self.version3
        )
        try SQLiteOrderStore(folder: folder.path).close()
        let tables = """
            SELECT m.name, c.name, c.type, c."notnull", c.dflt_value, c.pk, l.strict, l.wr
            FROM sqlite_schema m JOIN pragma_table_info(m.name) c JOIN pragma_table_list(m.name) l
            ORDER BY m.name, c.cid
            """
        let made = try RawDatabase(path).run(tables)
        #expect(made == (try RawDatabase(other.path("orders.sqlite")).run(tables)))
        #expect(made.count == 16 + 3 + 1)
        let migrations = "SELECT identifier FROM grdb_migrations"
        #expect(try RawDatabase(path).run(migrations) == Self.migrations)
    }

    @Test func `what a killed release left in its log is there`() throws {
        let left = try TemporaryFolder()
        let database = try RawDatabase(left.path("orders.sqlite"))
        try database.run("PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0;")
        try database.run(Self.version1 + Self.rows + Self.version2)
        for name in ["orders.sqlite", "orders.sqlite-wal"] {
            try FileManager.default.copyItem(atPath: left.path(name), toPath: folder.path(name))
        }
        let store = try SQLiteOrderStore(folder: folder.path)
        #expect(try store.orders([orderID(1), orderID(2)]) == orders)
        #expect(try store.offsets() == [Self.position: 42])
        withExtendedLifetime(database) {}
    }

    @Test func `a migration that fails leaves nothing behind, and is done the next time`() throws {
        try RawDatabase(path).run(
            Self.version1 + Self.rows
                + "CREATE TRIGGER t BEFORE UPDATE ON orders BEGIN SELECT RAISE(ABORT, 'no'); END;"
        )
        let failure = try #require(throws: StoreError.self) {
            try SQLiteOrderStore(folder: folder.path)
        }
        guard case .failed("opening the read model", let reason, _) = failure else {
            Issue.record(failure)
            return
        }
        #expect(reason.hasPrefix("no (SQLite "))
        let columns = "SELECT count(*) FROM pragma_table_info('orders')"
        let database = try RawDatabase(path)
        #expect(try database.run(columns) == [["14"]])
        #expect(
            try database.run("SELECT * FROM grdb_migrations") == [["1: orders and offsets"]]
        )
        try database.run("DROP TRIGGER t")
        let store = try SQLiteOrderStore(folder: folder.path)
        #expect(try store.orders([orderID(1), orderID(2)]) == orders)
    }

    @Test func `a folder of a later release is left alone`() throws {
        let later = "CREATE TABLE later (a); INSERT INTO grdb_migrations VALUES ('4: later');"
        try RawDatabase(path).run(
            "PRAGMA journal_mode = WAL;" + Self.version1 + Self.rows + Self.version2 + Self.version3
                + later
        )
        let before = try Data(contentsOf: URL(filePath: path))
        for _ in 0..<2 {
            #expect(throws: StoreError.tooNew(path: path)) {
                try SQLiteOrderStore(folder: folder.path)
            }
        }
        #expect(try Data(contentsOf: URL(filePath: path)) == before)
    }
}
