import Synchronization
import Testing

@testable import OrderStreams

/// When the saga, which waits in a poll, is woken.
struct SagaFeedWakeTests {
    private final class Wakes: Sendable {
        private let count = Mutex(0)

        func note() { count.withLock { $0 += 1 } }

        /// The number since the last call.
        func take() -> Int {
            count.withLock { count in
                defer { count = 0 }
                return count
            }
        }
    }

    private let driver = FeedDriver()
    private let wakes = Wakes()
    private var feed: SagaFeed { driver.feed }

    init() { feed.attach { [wakes] in wakes.note() } }

    @Test func `only a saga that follows is woken for work`() {
        driver.begin(0)
        _ = wakes.take()
        driver.read(to: 5, work: [4])
        #expect(!driver.follow(from: 3))
        driver.read(to: 7, work: [6])
        #expect(driver.follow(from: 5))
        #expect(wakes.take() == 0)
        driver.read(to: 9, work: [8])
        #expect(wakes.take() == 1)
        _ = feed.take()
        driver.read(to: 10)
        #expect(wakes.take() == 0)
    }

    @Test func `a saga is woken when the projection begins anew, and when it ends`() {
        driver.begin(0)
        #expect(wakes.take() == 1)
        #expect(driver.follow(from: 0))
        driver.begin(0)
        #expect(wakes.take() == 1)
        feed.end()
        #expect(wakes.take() == 1)
    }

    @Test func `a saga is woken when one batch has more work than the limit`() {
        let count = Int64(SagaFeed.Limits.work) + 1
        driver.begin(0)
        #expect(driver.follow(from: 0))
        _ = wakes.take()
        driver.read(to: count, work: 0..<count)
        #expect(wakes.take() == 1)
        #expect(feed.take() == nil)
        driver.read(to: count + 1, work: [count])
        #expect(wakes.take() == 0)
    }

    @Test func `a saga is never woken after it is detached`() {
        driver.begin(0)
        #expect(driver.follow(from: 0))
        feed.detach()
        _ = wakes.take()
        driver.read(to: 3, work: [2])
        driver.begin(0)
        #expect(!driver.follow(from: -1))
        #expect(driver.follow(from: 0))
        driver.read(to: 3, work: [2])
        feed.end()
        #expect(wakes.take() == 0)
    }
}
