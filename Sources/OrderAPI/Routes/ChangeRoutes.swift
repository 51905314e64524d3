package import HTTPServer
internal import Text

/// The route `GET /orders/events`.
package struct ChangeRoutes: Sendable {
    private let ring: ChangeRing
    private let shares: StreamShares

    /// - Parameter shares: The places for streams on the port.
    package init(ring: ChangeRing, shares: StreamShares = StreamShares()) {
        self.ring = ring
        self.shares = shares
    }

    package var routes: [Route] {
        // It has no deadline: a stream ends when its client leaves, or the server stops.
        [Route(.get, "/orders/events") { self.get($0) }]
    }

    private func get(_ request: Request) -> Answer {
        let correlationID = request.context.correlationID
        if let problem = Problem(notAcceptable: request.fields, "text/event-stream") {
            return .ready(self.problem(problem, request))
        }
        let filter: ChangeFilter
        let last: String?
        do throws(ChangeFilter.Refusal) {
            let query = try Self.query(request)
            filter = try ChangeFilter(query)
            last = try Self.lastEventID(request.fields, query)
        } catch {
            return .ready(problem(Problem(.badRequest, error.detail), request))
        }
        let place: StreamShares.Place
        do throws(StreamShares.Refusal) {
            place = try shares.take(request.client)
        } catch {
            return .ready(problem(refusal(error), request))
        }
        guard let stream = ChangeStream(ring, filter, after: last, place: place) else {
            return .ready(problem(Self.tooMany(ChangeRing.Limits.streams), request))
        }
        var fields = FieldSection(
            // A proxy must not collect events before it sends them (nginx reads this field).
            lines: """
                Content-Type: text/event-stream\r\nCache-Control: no-store\r\n\
                X-Accel-Buffering: no\r\n
                """
        )
        correlationID.append(to: &fields)
        return .ready(Response(.ok, fields: fields) { try await stream.write(to: $0) })
    }

    private static func query(_ request: Request) throws(ChangeFilter.Refusal) -> QueryParameters {
        do throws(QueryParameters.Failure) {
            return try QueryParameters(request.query)
        } catch {
            throw ChangeFilter.Refusal(detail: "The query cannot be read: \(error).")
        }
    }

    /// Returns the id that the client has seen last; the field counts before the query.
    private static func lastEventID(
        _ fields: FieldSection,
        _ query: QueryParameters
    ) throws(ChangeFilter.Refusal) -> String? {
        let asked = try ChangeFilter.single("last_event_id", query)
        guard let field = fields.first(.lastEventID) else { return asked }
        return String(decoding: field, as: UTF8.self)
    }

    private func refusal(_ refusal: StreamShares.Refusal) -> Problem {
        switch refusal {
        case .portIsFull: Self.tooMany(shares.limit)
        case .clientHasAll:
            Self.retriable(
                .tooManyRequests,
                "This client follows the orders \(shares.limitPerClient) times already, as often as one"
                    + " may."
            )
        }
    }

    private static func tooMany(_ streams: Int) -> Problem {
        retriable(
            .serviceUnavailable,
            "\(streams) clients follow the orders already, as many as may."
        )
    }

    private static func retriable(_ status: Status, _ detail: String) -> Problem {
        var problem = Problem(status, detail)
        problem.isRetriable = true
        problem.fields = [(.retryAfter, "\(Problem.RetryAfter.seconds)")]
        return problem
    }

    private func problem(_ problem: Problem, _ request: Request) -> Response {
        var problem = problem
        problem.instance = String(decoding: request.path, as: UTF8.self)
        return problem.response(correlationID: request.context.correlationID)
    }
}
