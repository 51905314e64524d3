package import HTTPServer
package import Orders
internal import Text
package import Telemetry

/// The routes `POST /orders`, `GET /orders/{id}` and `GET /orders/{id}/history`.
///
/// It is a class, so that the answer to a request that waits refers to it and does not copy it.
package final class OrderRoutes: Sendable {
    let publisher: any OrderPublisher
    private let reader: any OrderReader
    private let currency: Currency
    private let health: Health
    private let stamp: RequestStamp
    private let logger: Logger
    private let expansion: Expansion

    /// - Parameters:
    ///   - currency: The currency of new orders.
    ///   - bodyLimitBytes: The maximum size of a body, also after it is expanded.
    package init(
        publisher: any OrderPublisher,
        reader: any OrderReader,
        currency: Currency = .usd,
        health: Health,
        stamp: RequestStamp,
        logger: Logger,
        bodyLimitBytes: Int = ServerLimits().bodyBytes
    ) {
        self.publisher = publisher
        self.reader = reader
        self.currency = currency
        self.health = health
        self.stamp = stamp
        self.logger = logger
        expansion = Expansion(limitBytes: bodyLimitBytes)
    }

    package var routes: [Route] {
        [
            Route(.post, "/orders") { self.post($0) },
            Route(.get, "/orders/{id}") { self.get($0) },
            Route(.get, "/orders/{id}/history") { self.history($0) },
        ]
    }

    // MARK: POST /orders

    private func post(_ request: Request) -> Answer {
        let context = request.context
        let fields = request.fields
        if !context.hasTrace { stamp.beginTrace(context, request.head) }
        do throws(Refusal) {
            switch try content(of: request, fields) {
            case .ready(let content):
                let placement = try placement(of: content, request)
                return .pending { await placement.response() }
            case .pending(let content):
                return .pending { await self.place(expanding: content, request, context) }
            }
        } catch {
            return .ready(refused(error, request, context))
        }
    }

    /// The reason why a request places no order.
    private struct Refusal: Error {
        let problem: Problem
        var rejection: OrderRejection?
    }

    private func refused(
        _ refusal: Refusal,
        _ request: Request,
        _ context: RequestContext
    ) -> Response {
        if let rejection = refusal.rejection {
            log(.debug, "order refused", context, ["detail": "\(rejection)"])
        }
        return problem(refusal.problem, request, context.correlationID)
    }

    /// Returns the request's content, unless the request has to be refused.
    ///
    /// All these checks run before anything is published. Afterwards the gateway could no longer
    /// refuse the request.
    private func content(
        of request: Request,
        _ fields: FieldSection
    ) throws(Refusal) -> Content {
        if let problem = Problem(notAcceptable: fields, "application/json")
            ?? MediaType.problem(of: fields)
        {
            throw Refusal(problem: problem)
        }
        guard let coding = ContentCoding(fields) else {
            throw Refusal(problem: Problem(unknownCodingIn: fields))
        }
        // No order exists yet, so no tag can match (RFC 9110 §13.1.1). This check follows the other
        // refusals and precedes the reading of the content (§13.2.1).
        guard Precondition(fields, isRead: false, tag: nil) == .met else {
            throw Refusal(problem: .preconditionFailed)
        }
        do throws(ContentError) {
            return try request.content(of: coding, expansion)
        } catch {
            throw Refusal(problem: Problem(error))
        }
    }

    private func placement(
        of content: [UInt8],
        _ request: Request
    ) throws(Refusal) -> Placement {
        do throws(OrderRejection) {
            let order = try PlaceOrder.decode(content, currency: currency)
            let (time, id) = stamp.newOrder()
            return Placement(order, as: id, at: time, request, self)
        } catch {
            throw Refusal(problem: Problem(error), rejection: error)
        }
    }

    nonisolated(nonsending) private func place(
        expanding content: @Sendable () async throws(ContentError) -> [UInt8],
        _ request: Request,
        _ context: RequestContext
    ) async -> Response {
        let expanded: [UInt8]
        do throws(ContentError) {
            expanded = try await content()
        } catch {
            return refused(Refusal(problem: Problem(error)), request, context)
        }
        do throws(Refusal) {
            return await (try placement(of: expanded, request)).response()
        } catch {
            return refused(error, request, context)
        }
    }

    /// Returns the response to an order whose event was published, or was not.
    func response(
        to outcome: Result<EventPlace, PlacementError>,
        of placement: Placement
    ) -> Response {
        let context = placement.request.context
        switch outcome {
        case .success:
            return accepted(placement.id, context)
        case .failure(let error):
            log(
                .warning,
                error.isOutcomeKnown
                    ? "order not published: the client may send it again; see kafka in /readyz"
                    : "outcome of order unknown: look at the brokers; the order's path will tell",
                context,
                ["order_id": "\(placement.id)", "error": "\(error)"]
            )
            return problem(
                Problem(error, orderID: placement.id),
                placement.request,
                context.correlationID
            )
        }
    }

    private func accepted(_ orderID: OrderID, _ context: RequestContext) -> Response {
        let correlationID = context.correlationID
        let correlation = correlationID.correlation
        let most = Limits.acceptanceBytes + correlation.jsonBytes
        let body = [UInt8](most: most) { json in
            json.append("{\"order_id\":\"")
            orderID.write(to: &json)
            json.append("\",\"status\":\"pending\",\"correlation_id\":")
            correlation.writeJSON(to: &json)
            json.append(",\"trace_id\":\"")
            context.trace.traceID.write(to: &json)
            json.append("\"}")
        }
        let fields = FieldSection(
            lines: "Content-Type: application/json\r\n",
            mostBytes: FieldName.location.lineBytes(Limits.locationBytes) + correlationID.fieldBytes
        ) { fields in
            fields.append(field: .location) { location in
                location.append("/orders/")
                orderID.write(to: &location)
            }
            correlationID.appendField(to: &fields)
        }
        return Response(.accepted, fields: fields, body: body)
    }

    // MARK: GET /orders/{id}

    private func get(_ request: Request) -> Answer {
        let fields = request.fields
        let correlationID = request.context.correlationID
        if let problem = Problem(notAcceptable: fields, "application/json") {
            return .ready(self.problem(problem, request, correlationID))
        }
        guard let text = request.parameter(0), let orderID = OrderID(text) else {
            return .ready(notFound(request, correlationID))
        }
        if let view = reader.viewInMemory(of: orderID) {
            return .ready(found(view, request, fields, correlationID))
        }
        return .pending { await self.look(for: orderID, .view, request, correlationID) }
    }

    // MARK: GET /orders/{id}/history

    private func history(_ request: Request) -> Answer {
        let correlationID = request.context.correlationID
        if let problem = Problem(notAcceptable: request.fields, "application/json") {
            return .ready(self.problem(problem, request, correlationID))
        }
        guard let text = request.parameter(0), let orderID = OrderID(text) else {
            return .ready(notFound(request, correlationID))
        }
        return .pending { await self.look(for: orderID, .history, request, correlationID) }
    }

    /// What is asked of an order.
    private enum Aspect {
        case view
        case history
    }

    nonisolated(nonsending) private func look(
        for orderID: OrderID,
        _ aspect: Aspect,
        _ request: Request,
        _ correlationID: CorrelationID
    ) async -> Response {
        // Read this flag before the lookup. The consumer may project the order between the two
        // steps.
        let hasCaughtUp = health.isAllRight(.projection)
        do {
            let found =
                switch aspect {
                case .view: try await reader.view(of: orderID)
                case .history: try await reader.history(of: orderID)
                }
            guard let view = found else {
                return unknown(orderID, hasCaughtUp: hasCaughtUp, request, correlationID)
            }
            return self.found(view, request, request.fields, correlationID)
        } catch {
            logger.error(
                "the read model cannot be read: see read_model in /readyz",
                metadata: ["correlation_id": "\(correlationID)", "error": "\(error)"]
            )
            var problem = Problem(
                .serviceUnavailable,
                "The read model cannot be read at the moment."
            )
            problem.isRetriable = true
            problem.fields = [(.retryAfter, "\(Problem.RetryAfter.seconds)")]
            return self.problem(problem, request, correlationID)
        }
    }

    private func found(
        _ view: OrderView,
        _ request: Request,
        _ asked: FieldSection,
        _ correlationID: CorrelationID
    ) -> Response {
        let precondition = Precondition(asked, isRead: true, tag: view.etag)
        if precondition == .failed { return problem(.preconditionFailed, request, correlationID) }
        // The status may change at any time, so a cache has to revalidate (RFC 9111 §5.2.2.4).
        guard precondition == .met else {
            // The response omits the fields that describe the content (RFC 9110 §15.4.5).
            var fields = FieldSection(lines: "Cache-Control: no-cache\r\n")
            fields.append(.eTag, view.etag)
            correlationID.append(to: &fields)
            return Response(.notModified, fields: fields)
        }
        let tag = view.etag.utf8
        let fields = FieldSection(
            lines: "Content-Type: application/json\r\nCache-Control: no-cache\r\n",
            mostBytes: FieldName.eTag.lineBytes(tag.count) + correlationID.fieldBytes
        ) { fields in
            fields.append(field: .eTag) { $0.append(tag.span) }
            correlationID.appendField(to: &fields)
        }
        return Response(.ok, fields: fields, body: view.json)
    }

    /// Returns the response for an order that is not in the read model, which may lag behind.
    private func unknown(
        _ orderID: OrderID,
        hasCaughtUp: Bool,
        _ request: Request,
        _ correlationID: CorrelationID
    ) -> Response {
        // Check again after the lookup, because the process may have been paused in between.
        guard hasCaughtUp, health.isAllRight(.projection) else {
            var problem = Problem(
                .serviceUnavailable,
                "Whether there is such an order is not known here at the moment: this gateway has"
                    + " not read all events yet."
            )
            problem.isRetriable = true
            problem.fields = [(.retryAfter, "\(Problem.RetryAfter.seconds)")]
            return self.problem(problem, request, correlationID)
        }
        guard let age = stamp.age(of: orderID), Limits.youth.contains(age) else {
            return notFound(request, correlationID)
        }
        var problem = Self.notFound
        problem.isRetriable = true
        problem.fields = [(.retryAfter, "\(Limits.retryAfter)")]
        return self.problem(problem, request, correlationID)
    }

    private enum Limits {
        /// The ages, by its id, of an order that may not be consumed yet.
        ///
        /// Clocks may differ by as much.
        static let youth = Duration.seconds(-30)...Duration.seconds(30)
        /// The time after which a client should retry for such an order, in seconds.
        static let retryAfter = 1
        /// The most bytes of the response to a new order, without its correlation id.
        static let acceptanceBytes = 160
        /// The length of an order's location.
        static let locationBytes = 8 + OrderID.longestText
    }

    private static let notFound = Problem(
        .notFound,
        "No such order is known here (yet): a new one appears once its event was consumed."
    )

    private func notFound(_ request: Request, _ correlationID: CorrelationID) -> Response {
        problem(Self.notFound, request, correlationID)
    }

    // MARK: Errors and logging

    private func problem(
        _ problem: Problem,
        _ request: Request,
        _ correlationID: CorrelationID
    ) -> Response {
        var problem = problem
        problem.instance = String(decoding: request.path, as: UTF8.self)
        return problem.response(correlationID: correlationID)
    }

    private func log(
        _ level: Logger.Level,
        _ message: String,
        _ context: RequestContext,
        _ metadata: @autoclosure () -> Logger.Metadata
    ) {
        logger.log(
            level: level,
            message,
            metadata: Self.merged(metadata(), context)
        )
    }

    private static func merged(
        _ metadata: Logger.Metadata,
        _ context: RequestContext
    ) -> Logger.Metadata {
        var metadata = metadata
        metadata["correlation_id"] = "\(context.correlationID)"
        metadata["trace_id"] = "\(context.trace.traceID)"
        metadata["span_id"] = "\(context.trace.spanID)"
        return metadata
    }
}
