import TestSupport
import Testing
import Text

@testable import Telemetry

/// Spans as they begin and end.
struct TracerTests {
    private let queue = SpanQueue()

    private func tracer() -> Tracer {
        Tracer(
            service: "service",
            sampler: .alwaysOn,
            queue: queue,
            clock: { SpanTime(nanosecondsSinceEpoch: 1_000) }
        )
    }

    private func recorded() -> [Span] {
        queue.end()
        return queue.take(after: .zero) ?? []
    }

    private func context() throws -> TraceContext {
        TraceContext(
            traceID: try #require(TraceID(high: 1, low: 2)),
            spanID: try #require(SpanID(3)),
            flags: 1,
            state: "a=b"
        )
    }

    @Test func `a span is recorded when it ends, once it has ended`() throws {
        let span = tracer().begin("work", .server, try context(), parent: nil)
        span.set("text", "value")
        span.set("number", 7)
        let unfinished = span.child("never", .internal)
        #expect(unfinished.context.spanID != span.context.spanID)
        span.end(at: SpanTime(nanosecondsSinceEpoch: 2_000))
        let recorded = recorded()
        #expect(recorded.count == 1)
        let work = try #require(recorded.first)
        #expect(work.name == "work")
        #expect(work.kind == .server)
        #expect(work.context == (try context()))
        #expect(work.parent == nil)
        #expect(work.start.nanosecondsSinceEpoch == 1_000)
        #expect(work.end.nanosecondsSinceEpoch == 2_000)
        #expect(work.attributes == [SpanAttribute("text", "value"), SpanAttribute("number", 7)])
        #expect(work.error == nil)
        #expect(work.service == "service")
    }

    @Test func `a part of it names it, in the same trace`() throws {
        let span = tracer().begin("work", .consumer, try context(), parent: nil)
        let id = try #require(SpanID(9))
        let sending = span.sending(to: "topic", id: id)
        sending.setPlace(partition: 1, offset: 42)
        sending.end()
        let part = try #require(recorded().first)
        #expect(part.name == "send topic")
        #expect(part.kind == .producer)
        #expect(part.parent == Span.Parent(span.context.spanID, isRemote: false))
        #expect(part.context == span.context.with(spanID: id))
        #expect(part.attributes.contains(SpanAttribute("messaging.destination.name", "topic")))
        #expect(part.attributes.contains(SpanAttribute("messaging.kafka.offset", 42)))
    }

    @Test func `a failure has a type and a text`() throws {
        let span = tracer().begin("work", .internal, try context(), parent: nil)
        span.fail("timeout", "it took too long")
        span.end()
        let work = try #require(recorded().first)
        #expect(work.error == "it took too long")
        #expect(work.attributes == [SpanAttribute("error.type", "timeout")])
    }

    @Test func `a clock that is set back makes no negative duration`() throws {
        let span = tracer().begin("work", .internal, try context(), parent: nil)
        span.end(at: SpanTime(nanosecondsSinceEpoch: 1))
        let work = try #require(recorded().first)
        #expect(work.end == work.start)
    }

    @Test func `a time before another one is not before 1970`() {
        let time = SpanTime(nanosecondsSinceEpoch: 1_000)
        #expect(time.before(.nanoseconds(300)).nanosecondsSinceEpoch == 700)
        #expect(time.before(.nanoseconds(-300)) == time)
        #expect(time.before(.seconds(1)) == time)
    }
}
