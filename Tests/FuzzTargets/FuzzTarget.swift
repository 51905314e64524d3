@testable import HTTPServer
@testable import Transport
@testable import OrderAPI
@testable import Orders
import Text

/// What is fed with bytes that nobody has checked: run by libFuzzer, and on its corpus as a test.
///
/// A broken property traps, as a crash of the code itself does.
package enum FuzzTarget: String, CaseIterable, Sendable {
    case http1, http2, order, event, traceparent

    package func run(_ bytes: [UInt8]) {
        switch self {
        case .http1: Self.http1(bytes)
        case .http2: Self.http2(bytes)
        case .order: Self.order(bytes)
        case .event: Self.event(bytes)
        case .traceparent: Self.traceparent(bytes)
        }
    }

    /// Limits that short inputs reach.
    private static var limits: ServerLimits {
        var limits = ServerLimits()
        limits.headBytes = 512
        limits.targetBytes = 128
        limits.fieldLines = 8
        limits.bodyBytes = 256
        limits.heldConnectionBodyBytes = 512
        limits.concurrentStreams = 4
        limits.overheadBytes = 1_024
        return limits
    }

    /// Where an input is cut in two: its first byte says it.
    private static func cut(_ bytes: [UInt8]) -> (whole: ArraySlice<UInt8>, at: Int) {
        let rest = bytes.dropFirst()
        guard let first = bytes.first, !rest.isEmpty else { return (rest, rest.startIndex) }
        return (rest, rest.startIndex + Int(first) % rest.count)
    }

    // MARK: HTTP/1.1

    /// However the bytes are split and wherever they lie, the same requests come out.
    private static func http1(_ bytes: [UInt8]) {
        let (input, cut) = cut(bytes)
        let whole = read([input])
        let split = [input[..<cut], input[cut...]]
        precondition(whole == read(split), "the split made a difference")
        precondition(whole == read(split, lends: true), "where the bytes lie made a difference")
        for outcome in whole {
            guard case .request(let body, let path, _) = outcome else { continue }
            precondition(body.count <= limits.bodyBytes)
            precondition(path.count <= limits.targetBytes)
            precondition(path.first == UInt8(ascii: "/") || path.elementsEqual("*".utf8))
        }
    }

    private enum Outcome: Equatable {
        case request(body: [UInt8], path: [UInt8], fields: Int)
        case continueExpected
        case http2
        case refused(RequestError)

        static func request(_ request: Request) -> Outcome {
            .request(
                body: request.body,
                path: Array(request.path),
                fields: request.fields.count
            )
        }
    }

    /// - Parameter lends: Whether all parts come in the same place, as they do on a loop.
    private static func read(_ parts: [ArraySlice<UInt8>], lends: Bool = false) -> [Outcome] {
        var parser = RequestParser()
        var input = InputBuffer()
        let place = UnsafeMutableRawBufferPointer.allocate(byteCount: bytesOf(parts), alignment: 1)
        defer { place.deallocate() }
        var outcomes: [Outcome] = []
        var head: RequestHead?
        for part in parts {
            if lends {
                input.keep()
                place.copyBytes(from: part)
                input.lend(UnsafeRawBufferPointer(rebasing: place[..<part.count]))
            } else {
                part.withUnsafeBytes { input.append($0) }
            }
            var begins = false
            loop: while true {
                do throws(RequestError) {
                    let output =
                        begins
                        ? try parser.readContent(
                            &input,
                            limits: limits,
                            limitBytes: limits.bodyBytes,
                            keeps: true
                        ) : try parser.next(&input, limits: limits)
                    begins = false
                    switch output {
                    case .needsMore: break loop
                    // Whether it is asked for depends on what has come by then.
                    case .continueExpected: break
                    case .http2Preface: return outcomes + [.http2]
                    case .head(let next) where next.framing.content == .none:
                        outcomes.append(.request(Request(head: next, body: [])))
                    case .head(let next):
                        head = next
                        begins = true
                    case .content(let body):
                        guard let head else { preconditionFailure("content without a head") }
                        outcomes.append(.request(Request(head: head, body: body)))
                    }
                } catch {
                    return outcomes + [.refused(error)]
                }
            }
        }
        return outcomes
    }

    // MARK: HTTP/2

    /// However the bytes are split, the same requests come out, and what is said in return is bounded.
    private static func http2(_ bytes: [UInt8]) {
        let (input, cut) = cut(bytes)
        let whole = converse([input])
        let split = converse([input[..<cut], input[cut...]])
        precondition(whole == split, "the split made a difference")
    }

    private static func converse(_ parts: [ArraySlice<UInt8>]) -> [Outcome] {
        let session = HTTP2Session(limits: limits)
        let now = MonotonicTime(nanoseconds: 1)
        var outcomes: [Outcome] = []
        for part in [Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)[...]] + parts {
            do {
                try part.withUnsafeBytes {
                    try session.receive($0, now: now) { event in
                        switch event {
                        case .request(_, let request):
                            precondition(request.body.count <= limits.bodyBytes)
                            outcomes.append(.request(request))
                        case .refused: preconditionFailure("nothing refuses a request here")
                        case .invalid(_, let error, _, _): outcomes.append(.refused(error))
                        }
                    }
                }
            } catch {
                break
            }
        }
        var output = OutputBuffer()
        try? session.appendOutput(to: &output, limit: .max)
        precondition(output.count <= 64 * 1024 + 64 * bytesOf(parts), "much is said for little")
        precondition(session.streamCount <= limits.concurrentStreams)
        return outcomes
    }

    private static func bytesOf(_ parts: [ArraySlice<UInt8>]) -> Int {
        parts.reduce(0) { $0 + $1.count }
    }

    // MARK: JSON

    /// What is accepted makes an event that is read as it was written, in both versions.
    private static func order(_ bytes: [UInt8]) {
        guard let order = try? PlaceOrder.decode(bytes) else { return }
        for version in EventVersion.allCases {
            guard let trace = TraceID(high: 1, low: 2), let span = SpanID(3) else { return }
            let event = Event(
                envelope: EventEnvelope(
                    eventID: UUID(high: 1, low: 2),
                    timestamp: Timestamp(millisecondsSinceEpoch: 0),
                    correlationID: "c",
                    sourceService: "fuzz",
                    traceID: trace,
                    spanID: span,
                    version: version
                ),
                payload: .orderCreated(
                    OrderCreated(
                        orderID: UUID(high: 3, low: 4),
                        customerID: order.customerID,
                        items: order.items,
                        totalAmount: order.totalAmount,
                        currency: .usd
                    )
                )
            )
            expectRoundTrip(event)
        }
    }

    /// What is read is written and read as the same.
    private static func event(_ bytes: [UInt8]) {
        guard case .event(let event)? = try? EventRegistry.standard.decode(bytes) else { return }
        expectRoundTrip(event)
    }

    private static func expectRoundTrip(_ event: Event) {
        guard case .event(let again)? = try? EventRegistry.standard.decode(event.encoded()) else {
            preconditionFailure("what was written cannot be read")
        }
        precondition(again == event, "what was written is read as something else")
    }

    // MARK: Tracing

    /// What is read is passed on with the same trace.
    private static func traceparent(_ bytes: [UInt8]) {
        guard let parent = TraceParent(bytes[...]) else { return }
        let context = TraceContext(
            traceID: parent.traceID,
            spanID: parent.parentID,
            flags: parent.flags,
            state: nil
        )
        var text: [UInt8] = []
        text.append(addingCapacity: TraceContext.parentBytes) { context.writeParent(to: &$0) }
        guard let again = TraceParent(text[...]) else {
            preconditionFailure("what was written cannot be read")
        }
        precondition(again == parent)
    }
}
