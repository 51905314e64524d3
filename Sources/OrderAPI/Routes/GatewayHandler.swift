package import HTTPServer

/// The handler that the server calls.
///
/// It enforces the clients' quotas and finds the route. A request without a route gets a problem as
/// its response.
package struct GatewayHandler: RequestHandler {
    private let router: Router
    private let stamp: RequestStamp
    /// `nil` when clients have no quota.
    private let limiter: RateLimiter?

    package init(routes: [Route], stamp: RequestStamp, limiter: RateLimiter? = nil) {
        router = Router(routes)
        self.stamp = stamp
        self.limiter = limiter
    }

    package func makeContext() -> AnyObject? { RequestContext(stamp.correlationID(nil)) }

    package func admit(_ head: RequestHead) -> Admission {
        let context = head.requestContext
        stamp.begin(context, head)
        var parameters = PathParameters()
        guard let route = router.route(head.method, head.path, &parameters) else {
            if stamp.tracer != nil { stamp.beginTrace(context, head) }
            return refuse(head, context)
        }
        // Probes and scrapes are no traces that anybody looks for.
        if stamp.tracer != nil, !route.isMonitoring { stamp.beginTrace(context, head) }
        if let refusal = checkQuota(head, of: route) { return .refused(refusal, of: route) }
        return .accepted(route, parameters)
    }

    /// Refuses a request that has no route.
    private func refuse(_ head: RequestHead, _ context: RequestContext) -> Admission {
        switch router.rest(head.path) {
        case .otherMethod(let allowed, let route):
            if let refusal = checkQuota(head, of: route) { return .refused(refusal, of: route) }
            return .refused(told(otherMethod(head, allowed), context), of: route)
        case .notFound:
            if let refusal = checkQuota(head, of: nil) { return .refused(refusal, of: nil) }
            return .refused(told(notFound(head), context), of: nil)
        }
    }

    package func answer(_ request: Request) -> Answer {
        guard let route = request.head.route else {
            preconditionFailure("a request without a route was accepted")
        }
        guard let quota = request.context.quota else { return route.handler(request) }
        return route.handler(request).map { tell(quota, in: &$0) }
    }

    package func finished(_ head: RequestHead, _ outcome: RequestOutcome) {
        guard let tracer = stamp.tracer else { return }
        tracer.record(head, head.requestContext, outcome)
    }

    package func respond(to error: RequestError, _ head: RequestHead?) -> Response {
        guard let head, head.isAdmitted else {
            return Problem(error).response(correlationID: stamp.correlationID(head))
        }
        let context = head.requestContext
        return told(Problem(error).response(correlationID: context.correlationID), context)
    }

    // MARK: Quotas

    /// Counts a request against its client's quota.
    ///
    /// - Returns: The response when the quota is used up; otherwise `nil`.
    private func checkQuota(_ head: RequestHead, of route: Route?) -> Response? {
        guard let limiter, let client = head.client else { return nil }
        // Monitoring must always see the state of the gateway, whatever else the client requests.
        if let route, route.isMonitoring { return nil }
        let quota = limiter.take(client)
        head.requestContext.note(quota)
        guard !quota.isAllowed else { return nil }
        let problem = Problem(quotaUsedUp: quota)
        return told(
            problem.response(correlationID: head.requestContext.correlationID),
            head.requestContext
        )
    }

    private func told(_ response: Response, _ context: RequestContext) -> Response {
        guard let quota = context.quota else { return response }
        var response = response
        tell(quota, in: &response)
        return response
    }

    private func tell(_ quota: RateLimiter.Quota, in response: inout Response) {
        response.fields.append(.rateLimitPolicy, quota.limit.fieldValue)
        response.fields.append(.rateLimit, quota.fieldValue)
    }

    // MARK: Requests without a route

    private func notFound(_ head: RequestHead) -> Response {
        var problem = Problem(.notFound, "There is nothing at this path.")
        problem.instance = String(decoding: head.path, as: UTF8.self)
        return problem.response(correlationID: head.requestContext.correlationID)
    }

    private func otherMethod(_ head: RequestHead, _ allowed: [Method]) -> Response {
        let list = allowed.map(\.rawValue).joined(separator: ", ")
        let correlationID = head.requestContext.correlationID
        if head.method == .options {
            var fields = FieldSection()
            fields.append(.allow, list)
            correlationID.append(to: &fields)
            return Response(.noContent, fields: fields)
        }
        var problem = Problem(
            .methodNotAllowed,
            "\(head.method.rawValue) is not possible here; \(list) are."
        )
        problem.instance = String(decoding: head.path, as: UTF8.self)
        problem.fields = [(.allow, list)]
        return problem.response(correlationID: correlationID)
    }
}
