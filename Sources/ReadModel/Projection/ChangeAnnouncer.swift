package import Orders
internal import Synchronization

/// Announces changed orders to its subscribers, once per batch.
///
/// Without subscribers, a batch costs one atomic load.
package final class ChangeAnnouncer: Sendable {
    package enum Limits {
        /// The largest number of announcements that wait for one subscriber.
        package static let waiting = 64
    }

    private typealias Subscriber = AsyncStream<[OrderID]>.Continuation

    private struct State {
        var subscribers: [UInt64: Subscriber] = [:]
        var lastNumber: UInt64 = 0
    }

    private let state = Mutex(State())
    /// The number of subscribers, to be read without the lock.
    private let count = Atomic<Int>(0)

    package init() {}

    /// Subscribes to all changes from now on.
    ///
    /// When a subscriber receives an announcement, the changed views can already be read. The
    /// announcement has the ID of each order that a batch changed; an ID may occur twice.
    ///
    /// If ``Limits/waiting`` announcements wait for a slow subscriber, the next one is lost and the
    /// stream ends. The subscriber then has to subscribe again and read the orders.
    package func subscribe() -> AsyncStream<[OrderID]> {
        let (stream, subscriber) = AsyncStream.makeStream(
            of: [OrderID].self,
            bufferingPolicy: .bufferingOldest(Limits.waiting)
        )
        let number = state.withLock { state in
            state.lastNumber += 1
            return state.lastNumber
        }
        // Set this before the registration, because it is not called for an earlier termination.
        subscriber.onTermination = { [weak self] _ in self?.remove(number) }
        state.withLock { state in
            state.subscribers[number] = subscriber
            count.store(state.subscribers.count, ordering: .relaxed)
        }
        return stream
    }

    /// Whether there are subscribers.
    var hasSubscribers: Bool { count.load(ordering: .relaxed) > 0 }

    /// Announces that orders have changed; never waits for a subscriber.
    func announce(_ ids: [OrderID]) {
        let subscribers = state.withLock { Array($0.subscribers.values) }
        for subscriber in subscribers {
            // Release the lock first, because `finish` calls `onTermination`, which takes it.
            if case .dropped = subscriber.yield(ids) { subscriber.finish() }
        }
    }

    private func remove(_ number: UInt64) {
        state.withLock { state in
            state.subscribers[number] = nil
            count.store(state.subscribers.count, ordering: .relaxed)
        }
    }
}
