import Testing

@testable import OrderStreams

struct RetryPolicyTests {
    @Test func `pauses double up to the longest`() {
        var policy = RetryPolicy()
        policy.jitter = 0
        let pauses = (1...4).map { policy.pause(after: $0, random: 0) }
        #expect(pauses == [.seconds(4), .seconds(8), .seconds(10), .seconds(10)])
    }

    @Test func `jitter varies a pause both ways, but never beyond the longest`() {
        let policy = RetryPolicy()
        #expect(policy.pause(after: 1, random: 0) == .seconds(4) * 0.8)
        #expect(policy.pause(after: 1, random: 0.5) == .seconds(4))
        #expect(policy.pause(after: 1, random: 0.999) > .seconds(4))
        #expect(policy.pause(after: 3, random: 0.999) == .seconds(10))
    }
}
