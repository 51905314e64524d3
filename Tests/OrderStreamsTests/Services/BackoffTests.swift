import Testing

@testable import OrderStreams

struct BackoffTests {
    @Test func `pauses double up to the longest, and begin anew after a success`() {
        var backoff = Backoff(firstPause: .seconds(4), longestPause: .seconds(10))
        #expect((1...4).map { _ in backoff.fail() } == [4, 8, 10, 10].map { .seconds($0) })
        backoff.reset()
        #expect(backoff.fail() == .seconds(4))
    }

    @Test func `attempts are counted until they are too many`() {
        var backoff = Backoff(attempts: 2)
        _ = backoff.fail()
        #expect(!backoff.isExhausted)
        _ = backoff.fail()
        #expect(backoff.isExhausted)
        backoff.reset()
        #expect(!backoff.isExhausted)
    }

    @Test func `jitter varies a pause both ways, but never beyond the longest`() {
        func pause(after failures: Int, random: Double) -> Duration {
            var backoff = Backoff.publishing
            for _ in 1..<failures { _ = backoff.fail(random: random) }
            return backoff.fail(random: random)
        }
        #expect(pause(after: 1, random: 0) == .seconds(4) * 0.8)
        #expect(pause(after: 1, random: 0.5) == .seconds(4))
        #expect(pause(after: 1, random: 0.999) > .seconds(4))
        #expect(pause(after: 3, random: 0.999) == .seconds(10))
    }
}
