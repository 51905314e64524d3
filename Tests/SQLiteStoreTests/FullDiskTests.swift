import Foundation
import Orders
import ReadModel
import ReadModelTestSupport
import TestSupport
import Testing
import Text

@testable import SQLiteStore

/// What the store does when there is no room for what it has to write.
struct FullDiskTests {
    private static let position = StreamPosition(topic: "order-events", partition: 0)

    /// Orders of about 300 bytes each.
    private static func orders(_ numbers: Range<Int>) -> [Order] {
        numbers.map { number in
            let id = orderID(number)
            return Order.folding(nil, event(created(id), number: UInt64(number), at: 5))
        }
    }

    private static func ids(_ numbers: Range<Int>) -> [OrderID] { numbers.map { orderID($0) } }

    @Test func `what was stored before stays, and a later commit succeeds`() async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteOrderStore(folder: folder.path)
        let before = Self.orders(0..<50)
        try store.commit(orders: before, offsets: [Self.position: 1])
        try store.limitPages(to: 5)
        for _ in 0..<3 {
            let full = try #require(throws: StoreError.self) {
                try store.commit(orders: Self.orders(0..<500), offsets: [Self.position: 2])
            }
            let reason = "database or disk is full (SQLite 13, 13)"
            #expect(
                full == .failed(action: "writing orders", reason: reason, isTransient: true)
            )
            #expect(try store.orders(Self.ids(0..<500)).count == 50)
            #expect(try await store.order(orderID(7)) == before[7])
            #expect(try store.offsets() == [Self.position: 1])
        }
        // There is room for a little.
        try store.commit(orders: Self.orders(50..<52), offsets: [Self.position: 2])
        #expect(try store.count() == 52)
        try store.limitPages(to: nil)
        try store.commit(orders: Self.orders(0..<500), offsets: [Self.position: 3])
        #expect(try store.count() == 500)
        #expect(try store.offsets() == [Self.position: 3])
    }

    @Test(.enabled(if: SmallDisk.isAllowed, "only who may mount can have a small disk"))
    func `a disk that is really full loses nothing, and is used again when there is room`()
        async throws
    {
        try await SmallDisk.with(bytes: 1 << 20) { folder in
            let store = try SQLiteOrderStore(folder: folder)
            try store.commit(orders: Self.orders(0..<50), offsets: [Self.position: 1])
            try SmallDisk.fill("\(folder)/other")
            for _ in 0..<3 {
                let full = try #require(throws: StoreError.self) {
                    try store.commit(orders: Self.orders(0..<2_000), offsets: [Self.position: 2])
                }
                #expect(full.isTransient, "\(full)")
                #expect(try store.orders(Self.ids(0..<2_000)).count == 50)
                #expect(try store.offsets() == [Self.position: 1])
            }
            unlink("\(folder)/other")
            try store.commit(orders: Self.orders(0..<500), offsets: [Self.position: 3])
            #expect(try store.count() == 500)
            #expect(try store.offsets() == [Self.position: 3])
        }
    }

    @Test(.enabled(if: SmallDisk.isAllowed, "only who may mount can have a small disk"))
    func `a store that is closed on a full disk loses nothing`() async throws {
        try await SmallDisk.with(bytes: 1 << 20) { folder in
            do {
                let store = try SQLiteOrderStore(folder: folder)
                try store.commit(orders: Self.orders(0..<500), offsets: [Self.position: 1])
                try SmallDisk.fill("\(folder)/other")
                try store.close()
            }
            // Its rows are still in the log.
            #expect(FileManager.default.fileExists(atPath: "\(folder)/orders.sqlite-wal"))
            unlink("\(folder)/other")
            let store = try SQLiteOrderStore(folder: folder)
            #expect(try store.count() == 500)
            #expect(try store.offsets() == [Self.position: 1])
        }
    }
}
