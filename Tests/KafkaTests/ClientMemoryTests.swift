import TestSupport
import Testing

@testable import Kafka

/// What a client remembers of a broker for a while, on a clock that the test moves on.
struct ClientMemoryTests {
    private let clock = ManualClock()

    private var now: ClientConfiguration.Now {
        { [clock] in clock.now }
    }

    @Test func `a refusal is trouble until its time is over, or a message is taken`() {
        let refusals = Refusals(memory: .seconds(15), now: now)
        refusals.note(.topic("not allowed"), topic: "first")
        clock.advance(by: .seconds(14))
        #expect(refusals.current?.topic == "first")
        clock.advance(by: .seconds(1))
        #expect(refusals.current == nil)
        refusals.note(.topic("not allowed"), topic: "first")
        refusals.noteAcceptance(topic: "first")
        #expect(refusals.current == nil)
    }

    @Test func `the latest of several refusals is told`() {
        let refusals = Refusals(memory: .seconds(15), now: now)
        refusals.note(.topic("not allowed"), topic: "first")
        clock.advance(by: .seconds(1))
        refusals.note(.topic("not allowed"), topic: "second")
        #expect(refusals.current?.topic == "second")
    }

    @Test func `a quota is over when no answer was delayed for ten seconds`() {
        let log = ClientLog({ _, _, _ in }, hiding: Secrets([]), now: now)
        log.noteThrottling(.milliseconds(200))
        log.noteThrottling(.zero)
        clock.advance(by: .seconds(9))
        #expect(log.throttling == .milliseconds(200))
        clock.advance(by: .seconds(1))
        #expect(log.throttling == nil)
    }

    @Test func `a connection failure is the cause of what follows, for some time`() {
        let log = ClientLog({ _, _, _ in }, hiding: Secrets([]), now: now)
        log.noteFailure("a:9092: refused")
        #expect(log.hasFailedLately)
        clock.advance(by: .seconds(3))
        #expect(!log.hasFailedLately)
        clock.advance(by: .seconds(36))
        #expect(log.connectionFailure == "a:9092: refused")
        clock.advance(by: .seconds(1))
        #expect(log.connectionFailure == nil)
    }
}
