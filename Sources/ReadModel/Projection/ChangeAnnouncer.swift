package import Orders
internal import Synchronization

/// Announces to its subscribers which orders have changed, one announcement a batch.
///
/// While nobody is subscribed, a batch costs one atomic load.
package final class ChangeAnnouncer: Sendable {
    package enum Limits {
        /// Announcements that wait for one subscriber.
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
    /// An announcement comes after the changed views can be read. It has the id of each order that a
    /// batch changed; an id may come twice.
    ///
    /// The stream ends when the subscriber is so slow that ``Limits/waiting`` announcements are waiting
    /// for it: what comes after these is lost, so it has to subscribe again and read the orders.
    package func subscribe() -> AsyncStream<[OrderID]> {
        let (stream, subscriber) = AsyncStream.makeStream(
            of: [OrderID].self,
            bufferingPolicy: .bufferingOldest(Limits.waiting)
        )
        let number = state.withLock { state in
            state.lastNumber += 1
            return state.lastNumber
        }
        // Before it is registered: a termination that comes earlier would not be told.
        subscriber.onTermination = { [weak self] _ in self?.remove(number) }
        state.withLock { state in
            state.subscribers[number] = subscriber
            count.store(state.subscribers.count, ordering: .relaxed)
        }
        return stream
    }

    /// Whether anybody is subscribed.
    var hasSubscribers: Bool { count.load(ordering: .relaxed) > 0 }

    /// Announces that orders have changed; never waits for a subscriber.
    func announce(_ ids: [OrderID]) {
        let subscribers = state.withLock { Array($0.subscribers.values) }
        for subscriber in subscribers {
            // Outside the lock: finishing calls `onTermination`, which takes the lock.
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
