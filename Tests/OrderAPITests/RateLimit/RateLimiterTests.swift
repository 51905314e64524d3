import HTTPServer
import Testing
import Transport

@testable import OrderAPI

struct RateLimiterTests {
    private let client = ClientNetwork(192, 0, 2, 1)
    private let start = ContinuousClock.now

    @Test func `a client has its quota and no more`() {
        let limiter = RateLimiter(RateLimit(requests: 2, seconds: 10))
        let quotas = (0..<3).map { _ in limiter.take(client, at: start) }
        #expect(quotas.map(\.isAllowed) == [true, true, false])
        #expect(quotas.map(\.remaining) == [1, 0, 0])
        #expect(quotas.map(\.resetSeconds) == [10, 10, 10])
    }

    @Test func `the quota is whole again after its time, which begins with the first request`() {
        let limiter = RateLimiter(RateLimit(requests: 1, seconds: 10))
        #expect(limiter.take(client, at: start).isAllowed)
        let late = limiter.take(client, at: start + .milliseconds(9_001))
        #expect(!late.isAllowed)
        #expect(late.resetSeconds == 1)
        #expect(limiter.take(client, at: start + .seconds(10)).isAllowed)
        #expect(!limiter.take(client, at: start + .seconds(19)).isAllowed)
    }

    @Test func `what is refused does not count`() {
        let limiter = RateLimiter(RateLimit(requests: 1, seconds: 10))
        for _ in 0..<100 { _ = limiter.take(client, at: start) }
        #expect(limiter.take(client, at: start + .seconds(10)).isAllowed)
    }

    @Test func `clients do not use up each other's quota`() {
        let limiter = RateLimiter(RateLimit(requests: 1, seconds: 10))
        for last in 0..<200 as Range<UInt8> {
            #expect(limiter.take(ClientNetwork(192, 0, 2, last), at: start).isAllowed)
        }
    }

    @Test func `who is seen all the time is remembered, however many others come`() {
        let limiter = RateLimiter(RateLimit(requests: 1, seconds: 3600))
        #expect(limiter.take(client, at: start).isAllowed)
        for number in 0..<4 * RateLimiter.Limits.clients {
            let bytes = (0..<3).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
            _ = limiter.take(ClientNetwork(10, bytes[0], bytes[1], bytes[2]), at: start)
            if number % 1_000 == 0 {
                #expect(!limiter.take(client, at: start).isAllowed, "\(number)")
            }
        }
    }

    @Test(arguments: [
        ("100/60", RateLimit(requests: 100, seconds: 60)),
        ("1/1", RateLimit(requests: 1, seconds: 1)),
        ("1000000/3600", RateLimit(requests: 1_000_000, seconds: 3600)),
    ])
    func `a limit is requests in seconds`(_ text: String, _ limit: RateLimit) {
        #expect(RateLimit(parsing: text) == limit)
    }

    @Test(arguments: [
        "", "100", "/60", "100/", "0/60", "100/0", "1000001/1", "1/3601", "1/2/3", "a/b",
    ])
    func `what is no limit is not taken for one`(_ text: String) {
        #expect(RateLimit(parsing: text) == nil)
    }

    // draft-ietf-httpapi-ratelimit-headers-10 §3, §4.
    @Test func `policy and quota are written as structured fields`() {
        let limiter = RateLimiter(RateLimit(requests: 100, seconds: 60))
        #expect(limiter.limit.fieldValue == #""client";q=100;w=60"#)
        #expect(limiter.take(client).fieldValue == #""client";r=99;t=60"#)
    }
}
