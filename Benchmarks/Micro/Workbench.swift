import Foundation
import Kafka
import ReadModel
import SQLiteStore
import Text

@testable import HTTPServer
@testable import Transport
@testable import OrderGateway
@testable import Orders
@testable import Telemetry
@testable import OrderAPI
@testable import OrderStreams

/// The parts of the gateway without broker and sockets, and an order for the benchmarks.
final class Workbench {
    private let folder: URL
    private let database: SQLiteOrderStore
    private let hotView = HotView(limitBytes: 64 << 20)
    private let handler: any RequestHandler
    /// The handler of orders that are placed in fact.
    private let placing: any RequestHandler
    /// The same while traces are recorded, but not those of these requests.
    private let unsampled: any RequestHandler
    private let task = PlacingTask()
    /// The observers of a gateway that serves, so that the counts are those of its requests.
    private let metrics: Metrics
    private let observer: any ServerObserver
    private let random = RandomSource()
    private let projector: Projector
    private let id: OrderID
    private let order: PlaceOrder
    private let event: Event
    private let eventBytes: [UInt8]
    private let projection: ProjectionBench
    private var offset: Int64 = 0

    private static let body = Array(
        """
        {"customer_id":"customer-00-000000001","items":[{"product_id":"product-000001",\
        "quantity":2,"unit_price":"19.95"},{"product_id":"product-000002","quantity":5,\
        "unit_price":"3.10"}]}
        """.utf8
    )

    /// - Throws: When the temporary folder cannot be written.
    init() throws {
        folder = FileManager.default.temporaryDirectory
            .appending(path: "order-gateway-micro-\(Foundation.UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        database = try SQLiteOrderStore(folder: folder.path())
        let store = try BloomFilteredStore(database)
        metrics = Metrics(hotView: hotView, health: Health())
        observer = metrics.http.observer()
        projector = try Projector(
            store: store,
            hotView: hotView,
            observer: metrics.readModel,
            now: { .now }
        )
        let stamp = RequestStamp(random: random, clock: .system)
        let logger = Logger(label: "micro", format: .text, sink: LogSink { _ in })
        let routes = OrderRoutes(
            publisher: NoBroker(),
            reader: ReadModel(
                store: store,
                hotView: hotView,
                observer: metrics.readModel.readObserver()
            ),
            health: Health(),
            stamp: stamp,
            logger: logger
        )
        let handler: any RequestHandler = GatewayHandler(routes: routes.routes, stamp: stamp)
        let placement = OrderRoutes(
            publisher: OrderPlacement(
                publisher: InstantBroker(metrics.kafka.observer(hasStatistics: true)),
                random: random,
                logger: logger
            ),
            reader: ReadModel(store: store, hotView: hotView),
            health: Health(),
            stamp: stamp,
            logger: logger
        )
        placing = GatewayHandler(routes: placement.routes, stamp: stamp)
        let tracer = Tracer(
            service: "micro",
            sampler: .parentBased(.alwaysOff),
            queue: SpanQueue()
        )
        let tracing = RequestStamp(random: random, clock: .system, tracer: tracer)
        let traced = OrderRoutes(
            publisher: OrderPlacement(
                publisher: InstantBroker(metrics.kafka.observer(hasStatistics: true)),
                random: random,
                tracer: tracer,
                logger: logger
            ),
            reader: ReadModel(store: store, hotView: hotView),
            health: Health(),
            stamp: tracing,
            logger: logger
        )
        unsampled = GatewayHandler(routes: traced.routes, stamp: tracing)
        heads = RequestHeads { handler.makeContext() }
        self.handler = handler
        session = HTTP2Session(limits: limits, heads: heads) { [observer] head, now in
            observer.requestBegan()
            _ = head.admit(by: handler, client: nil, now: now)
        }
        id = random.uuid(at: WallClock.system.now())
        order = try PlaceOrder.decode(Self.body)
        event = try Self.created(id, random)
        eventBytes = event.encoded()
        let folder = folder.appending(path: "projection")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        projection = try ProjectionBench(event, folder: folder.path(), metrics)
        try projector.apply([record(eventBytes)])
        try projector.commit()
    }

    func remove() {
        try? projection.close()
        try? database.close()
        try? FileManager.default.removeItem(at: folder)
    }

    private static func created(_ id: OrderID, _ random: RandomSource) throws -> Event {
        let command = try PlaceOrder.decode(body)
        return Event(
            envelope: envelope(random),
            payload: .orderCreated(
                OrderCreated(
                    orderID: id,
                    customerID: command.customerID,
                    items: command.items,
                    totalAmount: command.totalAmount,
                    currency: .usd
                )
            )
        )
    }

    private static func envelope(_ random: RandomSource) -> EventEnvelope {
        let now = WallClock.system.now()
        return EventEnvelope(
            eventID: random.uuid(at: now),
            timestamp: now,
            correlation: .id(random.uuid(at: now)),
            sourceService: OrderEventMessage.sourceService,
            traceID: random.traceID(),
            spanID: random.spanID(),
            version: .v1_0
        )
    }

    private func record(_ value: [UInt8]) -> StreamRecord {
        defer { offset += 1 }
        return StreamRecord(
            topic: EventTopics.orders,
            partition: 0,
            offset: offset,
            event: EventRegistry.standard.event(in: value)
        )
    }

    // MARK: Benchmarks

    var benchmarks: [Benchmark] {
        let get = Array(
            "GET /orders/\(id) HTTP/1.1\r\nHost: localhost:8080\r\nAccept: */*\r\n\r\n".utf8
        )
        let post =
            Array(
                """
                POST /orders HTTP/1.1\r\nHost: localhost:8080\r\nContent-Type: application/json\r\n\
                Content-Length: \(Self.body.count)\r\n\r\n
                """.utf8
            ) + Self.body
        return [
            Benchmark("parsing a GET", allocationLimit: 0, instructionLimit: 3_500) { [self] in
                try withHead(get) { head, _, _ in keep(head) }
            },
            Benchmark("parsing a POST and its body", allocationLimit: 1, instructionLimit: 4_590) {
                [self] in
                try withHead(post) { keep(try request($0, &$1, &$2)) }
            },
            Benchmark(
                "four look-ups among eight fields",
                allocationLimit: 0,
                instructionLimit: 742
            ) { [browserFields] in
                keep(browserFields.first(.accept))
                keep(browserFields.first(.correlationID))
                keep(browserFields.lines(of: .contentType))
                keep(browserFields.first(.ifNoneMatch))
            },
            Benchmark(
                "decoding and validating an order",
                allocationLimit: 1,
                instructionLimit: 3_830
            ) {
                keep(try PlaceOrder.decode(Self.body))
            },
            Benchmark("encoding an event", allocationLimit: 1, instructionLimit: 2_995) { [self] in
                keep(order.event(event.envelope, of: id, in: .usd))
            },
            Benchmark("decoding an event", allocationLimit: 1, instructionLimit: 3_780) { [self] in
                keep(try EventRegistry.standard.decode(eventBytes))
            },
            Benchmark("folding an event", allocationLimit: 0, instructionLimit: 713) { [self] in
                keep(Order.folding(nil, event))
            },
            Benchmark("rendering a view", allocationLimit: 4, instructionLimit: 8_700) { [self] in
                keep(OrderView(Order.folding(nil, event)))
            },
            Benchmark("looking up a hot order", allocationLimit: 0, instructionLimit: 315) {
                [self] in
                keep(hotView.view(of: id))
            },
            Benchmark(
                "a whole GET, sockets excepted",
                allocationLimit: 1.1,
                instructionLimit: 8_500
            ) {
                [self] in
                try answer(get, by: handler)
            },
            Benchmark(
                "a whole GET over HTTP/2, sockets excepted",
                allocationLimit: 1.1,
                instructionLimit: 21_250
            ) {
                [self] in
                try answerOverHTTP2()
            },
            Benchmark(
                "a whole POST, sockets and broker excepted",
                allocationLimit: 6.1,
                instructionLimit: 24_380
            ) { [self] in
                try place(post, by: placing)
            },
            Benchmark(
                "a whole GET while other traces are recorded",
                allocationLimit: 1.1,
                instructionLimit: 9_000
            ) { [self] in
                try answer(get, by: unsampled)
            },
            Benchmark(
                "a whole POST while other traces are recorded",
                allocationLimit: 6.1,
                instructionLimit: 24_600
            ) { [self] in
                try place(post, by: unsampled)
            },
            Benchmark(
                "applying and committing 100 events",
                size: 100,
                allocationLimit: 330,
                instructionLimit: 1_140_000
            ) {
                [self] in try commit(100)
            },
        ]
            + projection.benchmarks
            + FieldRequest.all.flatMap {
                $0.benchmarks(target: "/orders/\(id)", body: Self.body) { [self] in
                    try answerAnything($0)
                }
            }
    }

    /// The header fields of a browser's request.
    private let browserFields: FieldSection = {
        var fields = FieldSection()
        fields.empty()
        for (name, value) in [
            ("Host", "localhost:8080"), ("User-Agent", "Mozilla/5.0"), ("Accept", "*/*"),
            ("Accept-Language", "en"), ("Accept-Encoding", "gzip"), ("Connection", "keep-alive"),
            ("Sec-Fetch-Mode", "cors"), ("If-None-Match", "\"0123456789abcdef\""),
        ] {
            name.utf8.withContiguousStorageIfAvailable { name in
                value.utf8.withContiguousStorageIfAvailable { value in
                    fields.receive(name: name, value: value)
                }
            }
        }
        return fields
    }()

    /// Parses a head in place, as a connection parses it in the read buffer of its loop.
    private func withHead(
        _ bytes: [UInt8],
        _ body: (RequestHead, inout RequestParser, inout InputBuffer) throws -> Void
    ) throws {
        var parser = RequestParser(heads: heads)
        var input = InputBuffer()
        let head = try bytes.withUnsafeBytes { bytes in
            input.lend(bytes)
            guard case .head(let head) = try parser.next(&input, limits: limits) else {
                preconditionFailure("no request")
            }
            try body(head, &parser, &input)
            return head
        }
        heads.giveBack(head)
    }

    private func request(
        _ head: RequestHead,
        _ parser: inout RequestParser,
        _ input: inout InputBuffer
    ) throws -> Request {
        guard head.framing.content != .none else { return Request(head: head, body: []) }
        let output = try parser.readContent(
            &input,
            limits: limits,
            limitBytes: limits.bodyBytes,
            keeps: true
        )
        guard case .content(let content) = output else { preconditionFailure("no content") }
        return Request(head: head, body: content)
    }

    private let heads: RequestHeads
    private let limits = ServerLimits()
    // The output buffer and the date field that each loop has.
    @exclusivity(unchecked) private var output = OutputBuffer()
    @exclusivity(unchecked) private var date = DateField()

    private func answer(_ bytes: [UInt8], by handler: any RequestHandler) throws {
        try withHead(bytes) { head, _, _ in
            guard head.admit(by: handler, client: nil, now: .distantPast),
                case .ready(let response) = handler.answer(Request(head: head, body: [])),
                response.status == .ok
            else { preconditionFailure("the order is not in memory") }
            encode(response)
            finish(head, response, handler)
        }
    }

    /// Answers a request with any response.
    ///
    /// A request that has to wait for the broker is not continued.
    private func answerAnything(_ bytes: [UInt8]) throws {
        do {
            try withHead(bytes) { head, parser, input in
                if isRefused(head), let refusal = head.takeRefusal() {
                    encode(refusal)
                    return finish(head, refusal, handler)
                }
                switch handler.answer(try request(head, &parser, &input)) {
                case .ready(let response):
                    encode(response)
                    finish(head, response, handler)
                case .pending(let pending): keep(pending)
                }
            }
        } catch let error as RequestError {
            encode(handler.respond(to: error, nil))
        }
    }

    /// Places an order whose event is acknowledged at once.
    private func place(_ bytes: [UInt8], by placing: any RequestHandler) throws {
        try withHead(bytes) { head, parser, input in
            guard admits(head, placing) else {
                preconditionFailure("the order is refused")
            }
            guard case .pending(let pending) = placing.answer(try request(head, &parser, &input))
            else { preconditionFailure("the order does not wait") }
            let response = task.response(of: pending)
            precondition(response.status == .accepted, "the order is not placed")
            encode(response)
            finish(head, response, placing)
        }
    }

    private func isRefused(_ head: RequestHead) -> Bool { !admits(head, handler) }

    private func admits(_ head: RequestHead, _ handler: any RequestHandler) -> Bool {
        observer.requestBegan()
        return head.admit(by: handler, client: nil, now: start)
    }

    private func finish(
        _ head: RequestHead,
        _ response: Response,
        _ handler: any RequestHandler
    ) {
        let outcome = RequestOutcome(
            status: response.status,
            sentBytes: response.body.count,
            ending: .complete,
            start: start
        )
        handler.finished(head, outcome)
        observer.requestFinished(head, outcome)
    }

    /// When all requests begin: later than they end, so that they count as short ones, as most are.
    private let start = MonotonicTime(nanoseconds: .max / 2)

    private func encode(_ response: Response) {
        output.removeAll()
        ResponseEncoder.encode(
            response,
            omitsBody: false,
            connection: .keepAlive,
            date: date.current(in: 0),
            into: &output
        )
        keep(output.count)
    }

    private let session: HTTP2Session
    /// The stream id of the next request.
    @exclusivity(unchecked) private var stream: Int32 = 1
    @exclusivity(unchecked) private var frames: [UInt8] = []
    /// The fields `GET` and `http`, then the path and the authority as literals (RFC 7541 §6.1,
    /// §6.2.2, A).
    private lazy var fieldBlock: [UInt8] = {
        let path = Array("/orders/\(id)".utf8)
        let authority = Array("localhost:8080".utf8)
        return [0x82, 0x86, 0x04, UInt8(path.count)] + path
            + [0x01, UInt8(authority.count)] + authority
    }()

    /// Makes a connection's session answer one more request.
    private func answerOverHTTP2() throws {
        frames.removeAll(keepingCapacity: true)
        if stream == 1 {
            frames += "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8
            // An empty SETTINGS frame, and a WINDOW_UPDATE that opens the connection's window
            // fully.
            frames += [0, 0, 0, 4, 0, 0, 0, 0, 0]
            frames += [0, 0, 4, 8, 0, 0, 0, 0, 0, 0x7F, 0xFF, 0, 0]
        }
        // HEADERS with END_STREAM and END_HEADERS (RFC 9113 §6.2).
        for byte in [0, 0, UInt8(fieldBlock.count), 1, 5] { frames.append(byte) }
        withUnsafeBytes(of: stream.bigEndian) { frames.append(contentsOf: $0) }
        frames.append(contentsOf: fieldBlock)
        stream += 2
        let now = MonotonicTime(nanoseconds: 1)
        output.removeAll()
        try frames.withUnsafeBytes {
            try session.receive($0, now: now) { event in
                guard case .request(let stream, let request) = event,
                    case .ready(let response) = handler.answer(request), response.status == .ok
                else { preconditionFailure("the order is not in memory") }
                session.submit(
                    response,
                    stream: stream,
                    omitsBody: false,
                    date: date.current(in: 0),
                    now: now
                )
            }
        }
        try session.appendOutput(to: &output, limit: .max)
        session.forEachEnded { head, _, outcome in
            if let head { handler.finished(head, outcome) }
            observer.requestFinished(head, outcome)
        }
        precondition(session.streamCount == 0 && output.count > 0, "the answer is not complete")
    }

    private func commit(_ count: Int) throws {
        let records = (0..<count).map { _ in
            let id = random.uuid(at: WallClock.system.now())
            return record(order.event(Self.envelope(random), of: id, in: .usd))
        }
        try projector.apply(records)
        try projector.commit()
    }
}

/// A publisher that must never be called.
private struct NoBroker: OrderPublisher {
    func publish(_ placement: Placement) async -> Response {
        preconditionFailure("a benchmark published")
    }
}
