import Testing
import Text

@testable import HTTPServer
@testable import Kafka
@testable import OrderAPI
@testable import OrderStreams
@testable import Orders
@testable import Telemetry
@testable import Transport

/// The spans of requests and of what they publish.
struct RequestTracingTests {
    private let queue = SpanQueue()
    private let parent = "4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7"

    private func tracer(_ sampler: Sampler) -> Tracer {
        Tracer(service: "order-gateway", sampler: sampler, queue: queue)
    }

    private func fixture(
        _ sampler: Sampler?,
        failing error: PublishError? = nil
    ) throws -> GatewayFixture {
        try GatewayFixture(failing: error, tracer: sampler.map(tracer))
    }

    /// Answers a request to its end.
    private func answer(
        _ handler: GatewayHandler,
        _ method: String,
        _ target: String,
        fields: [(String, String)] = [],
        body: String = "",
        ending: RequestOutcome.Ending = .complete
    ) async throws {
        let (request, refusal) = try admitted(
            by: handler,
            method,
            target,
            fields: fields,
            body: Array(body.utf8)
        )
        var response = refusal
        if response == nil {
            switch handler.answer(request) {
            case .ready(let ready): response = ready
            case .pending(let pending): response = await pending()
            }
        }
        let outcome = RequestOutcome(
            status: response?.status,
            sentBytes: 0,
            ending: ending,
            start: .now()
        )
        handler.finished(request.head, outcome)
    }

    private func post(
        _ fixture: GatewayFixture,
        traceparent: String? = nil,
        ending: RequestOutcome.Ending = .complete
    ) async throws {
        var fields = [("X-Correlation-ID", "c-7")]
        if let traceparent {
            fields += [("traceparent", traceparent), ("tracestate", "vendor=value")]
        }
        try await answer(
            fixture.handler,
            "POST",
            "/orders",
            fields: fields,
            body: GatewayFixture.order,
            ending: ending
        )
    }

    private func published(
        _ fixture: GatewayFixture
    ) throws -> (parent: TraceParent, state: String?, event: Event) {
        let message = try #require(fixture.publisher.messages.last)
        func header(_ name: String) -> [UInt8]? {
            message.headers.first { $0.name == name }?.value
        }
        let value = try #require(message.value)
        guard case .event(let event) = try EventRegistry.standard.decode(value) else {
            throw EventError.noValue
        }
        let parent = try #require(header("traceparent").flatMap { TraceParent($0[...]) })
        let state = header("tracestate").map { String(decoding: $0, as: UTF8.self) }
        return (parent, state, event)
    }

    @Test func `an order is a request and a message, in the client's trace`() async throws {
        let fixture = try fixture(.parentBased(.alwaysOff))
        try await post(fixture, traceparent: "00-\(parent)-01")
        let spans = queue.waiting
        #expect(spans.map(\.name) == ["send order-events", "POST /orders"])
        let (sending, request) = (spans[0], spans[1])
        #expect(request.kind == .server)
        #expect(
            request.parent == Span.Parent(try #require(SpanID("00f067aa0ba902b7")), isRemote: true)
        )
        #expect("\(request.context.traceID)" == "4bf92f3577b34da6a3ce929d0e0e4736")
        #expect(request.context.state == "vendor=value")
        for attribute in [
            SpanAttribute("http.request.method", "POST"), SpanAttribute("http.route", "/orders"),
            SpanAttribute("http.response.status_code", 202), SpanAttribute("correlation_id", "c-7"),
        ] {
            #expect(request.attributes.contains(attribute), "\(attribute)")
        }
        #expect(request.error == nil)
        #expect(sending.kind == .producer)
        #expect(sending.parent == Span.Parent(request.context.spanID, isRemote: false))
        for attribute in [
            SpanAttribute("messaging.system", "kafka"),
            SpanAttribute("messaging.destination.name", "order-events"),
            SpanAttribute("messaging.operation.type", "send"),
            SpanAttribute("messaging.destination.partition.id", "1"),
            SpanAttribute("messaging.kafka.offset", 0),
        ] {
            #expect(sending.attributes.contains(attribute), "\(attribute)")
        }
        // Whoever consumes the event continues behind the message, not behind the request.
        let message = try published(fixture)
        #expect(message.parent.parentID == sending.context.spanID)
        #expect(message.parent.traceID == request.context.traceID)
        #expect(message.parent.flags == 1)
        #expect(message.state == "vendor=value")
        #expect(message.event.envelope.spanID == sending.context.spanID)
        #expect(message.event.envelope.spanID.isMarkedAsSampled)
    }

    @Test func `a trace that begins here has no parent`() async throws {
        let fixture = try fixture(.parentBased(.alwaysOn))
        try await post(fixture)
        #expect(queue.waiting.count == 2)
        #expect(queue.waiting.last?.parent == nil)
        #expect(try published(fixture).parent.flags == 1)
    }

    @Test(arguments: [
        (Sampler.parentBased(.alwaysOff), nil), (.parentBased(.alwaysOn), "00"),
        (.alwaysOff, "01"), (.ratio(0), "01"),
    ])
    func `what is not sampled is not recorded, and says so`(
        _ sampler: Sampler,
        _ flags: String?
    ) async throws {
        let fixture = try fixture(sampler)
        try await post(fixture, traceparent: flags.map { "00-\(parent)-\($0)" })
        #expect(queue.waiting.isEmpty)
        let message = try published(fixture)
        #expect(message.parent.flags == 0)
        #expect(message.parent.parentID == message.event.envelope.spanID)
        #expect(!message.parent.parentID.isMarkedAsSampled)
    }

    @Test(arguments: ["00", "01"])
    func `without tracing the client's flags are passed on`(_ flags: String) async throws {
        let fixture = try fixture(nil)
        try await post(fixture, traceparent: "00-\(parent)-\(flags)")
        let message = try published(fixture)
        #expect(message.parent.flags == (flags == "01" ? 1 : 0))
        #expect(message.parent.parentID.isMarkedAsSampled == (flags == "01"))
    }

    @Test func `a read is a request`() async throws {
        let fixture = try fixture(.alwaysOn)
        let id = try await fixture.placeOrder()
        let before = queue.waiting.count
        try await answer(fixture.handler, "GET", "/orders/\(id)?a=secret")
        let span = try #require(queue.waiting.dropFirst(before).first)
        #expect(span.name == "GET /orders/{id}")
        #expect(span.attributes.contains(SpanAttribute("http.response.status_code", 200)))
        #expect(!span.attributes.contains { "\($0.value)".contains("secret") })
    }

    @Test func `a path that nobody knows is no name`() async throws {
        let fixture = try fixture(.alwaysOn)
        try await answer(fixture.handler, "GET", "/secret/path")
        let span = try #require(queue.waiting.first)
        #expect(span.name == "GET")
        #expect(span.attributes.contains(SpanAttribute("http.response.status_code", 404)))
        #expect(!span.attributes.contains { $0.name == "http.route" })
        // The client's mistake is no error of this service.
        #expect(span.error == nil)
    }

    @Test func `probes are not recorded`() async throws {
        let fixture = try fixture(.alwaysOn)
        try await answer(fixture.handler, "GET", "/healthz")
        try await answer(fixture.handler, "GET", "/readyz")
        #expect(queue.waiting.isEmpty)
    }

    @Test func `a failure of the broker is an error of both`() async throws {
        let fixture = try fixture(.alwaysOn, failing: .queueFull)
        try await post(fixture)
        let spans = queue.waiting
        #expect(spans.allSatisfy { $0.error != nil })
        #expect(spans[0].attributes.contains(SpanAttribute("error.type", "queue_full")))
        #expect(spans[1].attributes.contains(SpanAttribute("error.type", "503")))
    }

    @Test func `a client that leaves ends its span with an error`() async throws {
        let fixture = try fixture(.alwaysOn)
        try await post(fixture, ending: .clientLeft)
        let span = try #require(queue.waiting.last)
        #expect(span.attributes.contains(SpanAttribute("error.type", "clientLeft")))
    }

    @Test func `a request that ends as another begins has its own trace`() async throws {
        let fixture = try fixture(.alwaysOn)
        try await post(fixture)
        try await post(fixture)
        #expect(Set(queue.waiting.map(\.context.traceID)).count == 2)
    }
}
