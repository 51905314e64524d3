import HTTPServer
import Synchronization
import TestSupport
import Testing
import Text

@testable import OrderAPI
@testable import Orders

/// A change for tests, whose view is about as long as that of an order with one item.
func change(
    _ number: Int,
    customer: String = "c-1",
    _ status: OrderStatus = .pending,
    padding: Int = 0
) -> OrderChange {
    let view = OrderView(
        json: Array("{\"number\":\(number)\(String(repeating: " ", count: padding))}".utf8)
    )
    return OrderChange(
        id: OrderID(high: 1, low: UInt64(number)),
        status: status,
        content: OrderContent(customerID: customer, items: []),
        view: view
    )
}

/// The client's side of a stream: it keeps what is written, and takes it as slowly as a test likes.
final class CollectingWriter: BodyWriter {
    private struct State {
        var text = ""
        var isBlocked = false
        var writes = 0
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())

    var text: String { state.withLock { $0.text } }
    var writes: Int { state.withLock { $0.writes } }
    /// Whether a write waits.
    var isWaiting: Bool { state.withLock { $0.waiter != nil } }

    func block() { state.withLock { $0.isBlocked = true } }

    func unblock() {
        state.withLock { state in
            state.isBlocked = false
            return state.waiter.take()
        }?.resume()
    }

    func write(_ bytes: [UInt8]) async throws(ClientGone) {
        await withCheckedContinuation { continuation in
            let waits = state.withLock { state in
                state.text += String(decoding: bytes, as: UTF8.self)
                state.writes += 1
                if state.isBlocked { state.waiter = continuation }
                return state.isBlocked
            }
            if !waits { continuation.resume() }
        }
    }

    /// The events, each as its id and the number in its view; `nil` for one that is no change.
    var changes: [(id: String, number: Int)] {
        text.split(separator: "\n\n").compactMap { event in
            guard event.contains("event: order\n"), let id = line("id: ", event),
                let data = line("data: ", event),
                let number = try? JSONValue(parsing: Array(data.utf8))["number"].integer
            else { return nil }
            return (id, number)
        }
    }

    var numbers: [Int] { changes.map(\.number) }
}

private func line(_ name: String, _ event: Substring) -> String? {
    event.split(separator: "\n").first { $0.hasPrefix(name) }.map {
        String($0.dropFirst(name.count))
    }
}

/// Runs a stream of a ring while a body runs, and ends it as a client does that leaves.
func withStream(
    _ ring: ChangeRing,
    _ filter: ChangeFilter = ChangeFilter(),
    after last: String? = nil,
    to writer: CollectingWriter = CollectingWriter(),
    _ body: (CollectingWriter) async throws -> Void
) async throws {
    let stream = try #require(ChangeStream(ring, filter, after: last))
    let task = Task { try await stream.write(to: writer) }
    let result = await Result { try await body(writer) }
    task.cancel()
    writer.unblock()
    try await task.value
    try result.get()
}
