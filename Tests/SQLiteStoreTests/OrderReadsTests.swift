import Orders
import ReadModel
import ReadModelTestSupport
import TestSupport
import Testing
import Text

@testable import SQLiteStore

/// Orders that are read on another thread, many in one transaction.
struct OrderReadsTests {
    private let folder: TemporaryFolder
    private let store: SQLiteOrderStore

    init() throws {
        folder = try TemporaryFolder()
        store = try SQLiteOrderStore(folder: folder.path)
    }

    private func order(_ number: Int, reservedAt milliseconds: Int64) -> Order {
        var order = Order(id: orderID(number))
        order.reservation = .reserved(at: Timestamp(millisecondsSinceEpoch: milliseconds))
        return order
    }

    @Test func `everyone gets the order that was asked for`() async throws {
        let numbers = 0..<1_000
        // Every other order is stored, so half of the reads find none.
        let stored = numbers.filter { $0 % 2 == 1 }.map { order($0, reservedAt: Int64($0)) }
        try store.commit(orders: stored, offsets: [:])
        let reads = OrderReads(try ConnectionPool(path: folder.path(SQLiteOrderStore.fileName)))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in numbers {
                group.addTask {
                    let found = try await reads.order(orderID(number))
                    #expect(
                        found == (number % 2 == 1 ? order(number, reservedAt: Int64(number)) : nil)
                    )
                }
            }
            try await group.waitForAll()
        }
    }

    @Test func `whoever asks after a commit sees it`() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for task in 0..<4 {
                group.addTask {
                    for time in 1...100 {
                        let order = order(task, reservedAt: Int64(time))
                        try store.commit(orders: [order], offsets: [:])
                        #expect(try await store.order(order.id) == order)
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    @Test func `a row that is damaged fails for whoever asked for it only`() async throws {
        try store.commit(orders: (0..<64).map { order($0, reservedAt: 5) }, offsets: [:])
        _ = try await sqlite3(
            folder.path(SQLiteOrderStore.fileName),
            "UPDATE orders SET cancelled_at = 5 WHERE order_id = '\(orderID(7))'"
        )
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<64 {
                group.addTask {
                    do throws(StoreError) {
                        let found = try await store.order(orderID(number))
                        #expect(found == order(number, reservedAt: 5))
                        #expect(number != 7)
                    } catch {
                        #expect(number == 7, "\(error)")
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    @Test func `whoever asks while the store is closed gets an answer`() async throws {
        try store.commit(orders: [order(1, reservedAt: 5)], offsets: [:])
        let progress = Progress()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<100 {
                group.addTask {
                    while !Task.isCancelled {
                        do {
                            let found = try await store.order(orderID(1))
                            try #require(found == order(1, reservedAt: 5))
                            progress.note("answered")
                        } catch StoreError.failed("reading an order", _, isTransient: false) {
                            progress.note("refused")
                            return
                        }
                    }
                }
            }
            try await eventually("answers") { progress["answered"] > 100 }
            try await onThread { try store.close() }
            try await group.waitForAll()
        }
        #expect(progress["refused"] == 100)
        #expect(openDescriptors(of: folder.path(SQLiteOrderStore.fileName)) == 0)
    }
}
