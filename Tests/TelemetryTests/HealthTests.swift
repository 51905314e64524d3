import Testing

@testable import Telemetry

struct HealthTests {
    @Test func `after a pause of the process what consumes is not all right until it says so`() {
        let health = Health(parts: [.http, .projection, .saga])
        for part in [Health.Part.http, .projection, .saga] { health.succeed(part) }
        let start = ContinuousClock.now
        let before = health.noteTurn(now: start)
        #expect(health.noteTurn(now: start + Health.Limits.pause) == before)
        let later = start + Health.Limits.pause * 3
        #expect(health.noteTurn(now: later) == before + 1)
        let reasons = health.checks().map(\.reason)
        let expected = "the process was stopped for 10 seconds; reading what came meanwhile"
        #expect(reasons == [nil, expected, expected])
        health.succeed(.projection)
        #expect(health.isAllRight(.projection))
        #expect(!health.isAllRight(.saga))
        #expect(health.noteTurn(now: later) == before + 1)
    }
}
