import Testing

@testable import Text

/// The mark in the ids of spans that are recorded.
struct SampledSpanTests {
    @Test func `ids of recorded spans are marked, and no others`() {
        let random = RandomSource()
        for _ in 0..<10_000 {
            #expect(random.spanID(isSampled: true).isMarkedAsSampled)
            #expect(!random.spanID(isSampled: false).isMarkedAsSampled)
        }
    }

    @Test(arguments: [0, 1, 0x3F, 0x40, .max] as [UInt64])
    func `no id is zero`(_ bits: UInt64) {
        #expect(SpanID(bits, isSampled: false)?.value ?? 0 != 0)
        #expect(SpanID(bits, isSampled: true)?.value != 0)
        #expect((SpanID(bits, isSampled: true) == nil) == (bits < 0x40))
    }

    @Test func `another span of a trace keeps the rest`() throws {
        let trace = TraceContext(
            traceID: try #require(TraceID(high: 1, low: 2)),
            spanID: try #require(SpanID(3)),
            flags: 3,
            state: "a=b"
        )
        let other = trace.with(spanID: try #require(SpanID(4)))
        #expect(other.spanID.value == 4)
        #expect(other.with(spanID: trace.spanID) == trace)
        #expect(trace.isSampled)
    }
}
