import TestSupport
import Testing

@testable import Text

/// W3C Trace Context §3.2.2.
struct TraceIDTests {
    @Test func `a trace id has 32 lower-case digits`() throws {
        let id = try #require(TraceID("0af7651916cd43dd8448eb211c80319c"))
        #expect(id.high == 0x0af7_6519_16cd_43dd)
        #expect(id.low == 0x8448_eb21_1c80_319c)
        #expect(id.description == "0af7651916cd43dd8448eb211c80319c")
    }

    @Test(arguments: [
        "00000000000000000000000000000001", "80000000000000000000000000000000",
    ])
    func `one bit is enough`(_ text: String) {
        #expect(TraceID(text)?.description == text)
    }

    @Test(arguments: [
        "", "0", "00000000000000000000000000000000", "0AF7651916CD43DD8448EB211C80319C",
        "0af7651916cd43dd8448eb211c80319C", "0af7651916cd43dd8448eb211c80319",
        "0af7651916cd43dd8448eb211c80319c0", "0af7651916cd43dd8448eb211c80319g",
        "0af76519-16cd-43dd-8448-eb211c80319c", "0af7651916cd43dd",
        " af7651916cd43dd8448eb211c80319c",
        "0af7651916cd43dd8448eb211c8031é",
    ])
    func `zero, upper case and other lengths are no trace id`(_ text: String) {
        #expect(TraceID(text) == nil)
    }

    @Test func `a span id has 16 lower-case digits`() throws {
        let id = try #require(SpanID("b7ad6b7169203331"))
        #expect(id.value == 0xb7ad_6b71_6920_3331)
        #expect(id.description == "b7ad6b7169203331")
        #expect(SpanID("0000000000000001")?.description == "0000000000000001")
    }

    @Test(arguments: [
        "", "0", "0000000000000000", "B7AD6B7169203331", "b7ad6b716920333A", "b7ad6b716920333",
        "b7ad6b71692033310", "b7ad6b716920333g", "b7ad6b71 6920333", "b7ad6b716920333\u{0}",
    ])
    func `zero, upper case and other lengths are no span id`(_ text: String) {
        #expect(SpanID(text) == nil)
    }

    @Test func `zero is refused as a number, too`() {
        #expect(TraceID(high: 0, low: 0) == nil)
        #expect(SpanID(0) == nil)
    }

    @Test func `an event without a trace gets that of its own id`() {
        let id = UUID(high: 0x0192_f5c3_7b1b_7000, low: 0x8000_0000_0000_0001)
        #expect(TraceID(derivedFrom: id).description == "0192f5c37b1b70008000000000000001")
        #expect(SpanID(derivedFrom: id).description == "8000000000000001")
    }

    @Test func `an id of zeros still makes a trace and a span`() {
        #expect(TraceID(derivedFrom: UUID(high: 0, low: 0)) == TraceID(high: 0, low: 1))
        #expect(TraceID(derivedFrom: UUID(high: 1, low: 0)) == TraceID(high: 1, low: 0))
        #expect(SpanID(derivedFrom: UUID(high: 0, low: 0)) == SpanID(1))
        #expect(SpanID(derivedFrom: UUID(high: .max, low: 0)) == SpanID(1))
    }

    @Test func `what is written is read as the same id`() throws {
        try withSeededGenerator { generator in
            for _ in 0..<500 {
                let trace = try #require(TraceID(high: generator.next(), low: generator.next() | 1))
                let span = try #require(SpanID(generator.next() | 1))
                #expect(TraceID(trace.description) == trace)
                #expect(SpanID(span.description) == span)
            }
        }
    }
}
