import HTTPServer
import Orders
import Testing

@testable import OrderAPI
import Text

struct RequestStampTests {
    private let stamp = RequestStamp(random: RandomSource(), clock: .system)
    private let parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

    private func context(_ fields: FieldSection) -> RequestContext {
        let sent = head(fields)
        let context = RequestContext(stamp.correlationID(sent))
        stamp.beginTrace(context, sent)
        return context
    }

    // MARK: Correlation id

    private func correlationID(_ fields: FieldSection?) -> String {
        stamp.correlationID(fields.map { head($0) }).description
    }

    @Test(arguments: [
        "a", "order-42", "!~", #"{"a":1}"#, String(repeating: "x", count: 128),
    ])
    func `a sound correlation id is taken`(_ id: String) {
        #expect(correlationID(section([(.correlationID, id)])) == id)
    }

    @Test(arguments: [
        "", String(repeating: "x", count: 129), "a b", "a\tb", "a\u{1}b", "a\u{7F}", "é", "🙂",
    ])
    func `any other is replaced by one of ours`(_ id: String) throws {
        let replacement = correlationID(section([(.correlationID, id)]))
        #expect(replacement != id)
        #expect(try #require(OrderID(replacement)).high >> 12 & 0xF == 7)
    }

    @Test func `bytes that are no text are replaced`() {
        var fields = FieldSection()
        [0x61, 0xFF, 0x80].withUnsafeBufferPointer { fields.append(.correlationID, $0.span) }
        #expect(OrderID(correlationID(fields)) != nil)
    }

    @Test func `a correlation id that is sent twice is replaced`() {
        let fields = section([(.correlationID, "a"), (.correlationID, "a")])
        #expect(OrderID(correlationID(fields)) != nil)
    }

    @Test func `X-Request-ID is one where there is no X-Correlation-ID`() {
        #expect(correlationID(section([(.requestID, "r-1")])) == "r-1")
        #expect(correlationID(section([(.requestID, "r-1"), (.correlationID, "c-1")])) == "c-1")
    }

    @Test(arguments: ["", "a b", "é", String(repeating: "x", count: 129)])
    func `one that is not sound is replaced too`(_ id: String) {
        #expect(OrderID(correlationID(section([(.requestID, id)]))) != nil)
        // What was meant as a correlation id is not replaced by something else of the client's.
        let fields = section([(.correlationID, id), (.requestID, "r-1")])
        #expect(OrderID(correlationID(fields)) != nil)
    }

    @Test func `one that is sent twice is replaced too`() {
        let twice = [(FieldName.requestID, "r-1"), (.requestID, "r-1")]
        #expect(OrderID(correlationID(section(twice))) != nil)
        let correlation = [
            (FieldName.correlationID, "c"), (.correlationID, "c"), (.requestID, "r"),
        ]
        #expect(OrderID(correlationID(section(correlation))) != nil)
    }

    @Test func `a request without one gets one of its own each time`() {
        let first = correlationID(FieldSection())
        #expect(OrderID(first) != nil)
        #expect(OrderID(correlationID(nil)) != nil)
        #expect(correlationID(FieldSection()) != first)
    }

    @Test func `the same id is written into an answer as into a log`() {
        for id in [CorrelationID.sent("mine"), stamp.correlationID(nil)] {
            var fields = FieldSection()
            id.append(to: &fields)
            #expect(fields[.correlationID] == id.description)
        }
    }

    // MARK: Trace

    @Test(arguments: [
        ("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00", 0),
        ("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", 1),
        // Bits that version 00 does not know are not passed on.
        ("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-ff", 3),
        ("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-08", 0),
        // Later versions.
        ("01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", 1),
        ("cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-what-comes", 1),
        ("fe-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-", 1),
    ])
    func `a valid trace is continued with a span of ours`(_ text: String, _ flags: UInt8) {
        let trace = context(section([(.traceparent, text)])).trace
        #expect(trace.traceID.description == "4bf92f3577b34da6a3ce929d0e0e4736")
        #expect(trace.spanID.description != "00f067aa0ba902b7")
        #expect(trace.flags == flags)
        #expect(trace.state == nil)
    }

    @Test(arguments: [
        "",
        "00",
        "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "0g-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "0A-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00F067AA0BA902B7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0A",
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
        "00-4bf92f3577b34da6a3ce929d0e0e473-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e47366-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-1",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-011",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-later",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-",
        "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01later",
        "00_4bf92f3577b34da6a3ce929d0e0e4736_00f067aa0ba902b7_01",
        "00-4bf92f3577b34da6a3ce929d0e0e473g-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902bz-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-zz",
    ])
    func `anything else begins a new trace`(_ text: String) {
        let fields = section([(.traceparent, text), (.tracestate, "a=1")])
        let trace = context(fields).trace
        #expect(trace.traceID.description != "4bf92f3577b34da6a3ce929d0e0e4736")
        #expect(trace.flags == 0)
        #expect(trace.state == nil)
    }

    @Test func `two parents begin a new trace`() {
        let trace = context(section([(.traceparent, parent), (.traceparent, parent)])).trace
        #expect(trace.traceID.description != "4bf92f3577b34da6a3ce929d0e0e4736")
    }

    @Test func `requests without a trace have different ones`() {
        let first = context(FieldSection()).trace
        let second = context(FieldSection()).trace
        #expect(first.traceID != second.traceID)
        #expect(first.spanID != second.spanID)
    }

    @Test(arguments: ["a=1", "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE", "anything at all"])
    func `the state is passed on untouched`(_ state: String) {
        let fields = section([(.traceparent, parent), (.tracestate, state)])
        #expect(context(fields).trace.state == state)
    }

    @Test func `several lines of state are one list`() {
        let fields = section([(.traceparent, parent), (.tracestate, "a=1"), (.tracestate, "b=2")])
        #expect(context(fields).trace.state == "a=1, b=2")
    }

    @Test func `up to 512 bytes of state are passed on`() {
        for (count, isPassedOn) in [(1, true), (512, true), (513, false)] {
            let state = String(repeating: "s", count: count)
            let fields = section([(.traceparent, parent), (.tracestate, state)])
            #expect(context(fields).trace.state == (isPassedOn ? state : nil))
        }
        // 255 and 255 bytes, with the comma and the space between them.
        for (count, isPassedOn) in [(255, true), (256, false)] {
            let half = String(repeating: "s", count: 255)
            let other = String(repeating: "s", count: count)
            let fields = section([
                (.traceparent, parent), (.tracestate, half), (.tracestate, other),
            ])
            #expect((context(fields).trace.state != nil) == isPassedOn)
        }
    }

    @Test(arguments: ["", "a=é", "a=1\tb"])
    func `a state that is not sound is dropped`(_ state: String) {
        let trace = context(section([(.traceparent, parent), (.tracestate, state)])).trace
        #expect(trace.state == nil)
        #expect(trace.traceID.description == "4bf92f3577b34da6a3ce929d0e0e4736")
    }

    @Test func `what comes after us is told our span`() throws {
        let trace = TraceContext(
            traceID: try #require(TraceID("4bf92f3577b34da6a3ce929d0e0e4736")),
            spanID: try #require(SpanID("00f067aa0ba902b7")),
            flags: 1,
            state: nil
        )
        var text: [UInt8] = []
        text.append(addingCapacity: TraceContext.parentBytes) { trace.writeParent(to: &$0) }
        #expect(String(decoding: text, as: UTF8.self) == parent)
        let read = try #require(TraceParent(text[...]))
        #expect(read.traceID == trace.traceID)
        #expect(read.parentID == trace.spanID)
        #expect(read.flags == 1)
    }
}
