import Synchronization
import Testing
import Text

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

    @Test func `the time of a check stays while its reason stays`() {
        let time = Mutex<Int64>(1_000)
        let health = Health(
            parts: [.kafka],
            clock: WallClock { Timestamp(millisecondsSinceEpoch: time.withLock { $0 }) }
        )
        func since(_ next: Int64) -> Int64? {
            let since = health.checks().first?.since.millisecondsSinceEpoch
            time.withLock { $0 = next }
            return since
        }
        #expect(since(2_000) == 1_000)
        health.fail(.kafka, "starting")
        #expect(since(3_000) == 1_000)
        health.fail(.kafka, "away")
        #expect(since(4_000) == 3_000)
        health.fail(.kafka, "away")
        #expect(since(5_000) == 3_000)
        health.succeed(.kafka)
        #expect(since(6_000) == 5_000)
        health.succeed(.kafka)
        #expect(since(7_000) == 5_000)
        health.fail(.kafka, "away")
        #expect(since(8_000) == 7_000)
    }

    @Test func `metadata that grows old makes Kafka unready, until it is told again`() {
        let health = Health(parts: [.kafka], pause: .seconds(3600))
        let start = ContinuousClock.now
        health.succeed(.kafka)
        // Nobody has promised metadata yet.
        health.noteTurn(now: start + Health.Limits.metadataAge * 2)
        #expect(health.checks().first?.reason == nil)
        health.noteMetadata(now: start)
        health.noteTurn(now: start + Health.Limits.metadataAge)
        #expect(health.checks().first?.reason == nil)
        health.noteTurn(now: start + Health.Limits.metadataAge + .seconds(1))
        let reason = "the broker has told nothing about its topics for 20 seconds"
        #expect(health.checks().first?.reason == reason)
        health.noteMetadata(now: start + Health.Limits.metadataAge * 2)
        #expect(health.succeed(.kafka))
        health.noteTurn(now: start + Health.Limits.metadataAge * 3)
        #expect(health.checks().first?.reason == nil)
    }

    @Test func `another reason is not replaced by the age of metadata`() {
        let health = Health(parts: [.kafka], pause: .seconds(3600))
        let start = ContinuousClock.now
        health.noteMetadata(now: start)
        health.fail(.kafka, "away")
        health.noteTurn(now: start + Health.Limits.metadataAge * 2)
        #expect(health.checks().first?.reason == "away")
    }

    @Test func `only a process whose loops hang is not alive`() {
        let health = Health()
        #expect(!health.isReady)
        #expect(health.livenessChecks().map(\.reason) == [nil, nil])
        health.fail(.eventLoops, "hung")
        #expect(health.livenessChecks().map(\.reason) == [nil, "hung"])
        #expect(Health(parts: [.http]).livenessChecks().map { "\($0.name)" } == ["http"])
    }
}
