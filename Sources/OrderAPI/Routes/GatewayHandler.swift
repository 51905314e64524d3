package import HTTPServer

/// What the server calls: keeps clients within their quota, finds the route, and answers as a
/// problem what has none.
package struct GatewayHandler: RequestHandler {
    private let router: Router
    private let stamp: RequestStamp
    /// `nil` when clients may ask as much as they like.
    private let limiter: RateLimiter?

    package init(routes: [Route], stamp: RequestStamp, limiter: RateLimiter? = nil) {
        router = Router(routes)
        self.stamp = stamp
        self.limiter = limiter
    }

    package func answer(to request: Request) -> Answer {
        guard let quota = quota(for: request) else { return routed(request) }
        guard quota.isAllowed else { return .ready(refusal(request, quota)) }
        return routed(request).map { tell(quota, in: &$0) }
    }

    private func routed(_ request: Request) -> Answer {
        switch router.match(request.method, request.path) {
        case .route(let route, let parameter):
            var request = request
            request.parameterRange = parameter
            return route.handler(request)
        case .otherMethod(let allowed): return .ready(otherMethod(request, allowed))
        case .notFound: return .ready(notFound(request))
        }
    }

    // MARK: Quotas

    /// What is left of the client's quota with this request, or `nil` when there is none.
    private func quota(for request: Request) -> RateLimiter.Quota? {
        guard let limiter, let client = request.client else { return nil }
        // Those who watch over the gateway are told how it is, whatever else they ask.
        let isHealth = HealthRoutes.paths.contains { request.path.elementsEqual($0.utf8) }
        return isHealth ? nil : limiter.take(client)
    }

    private func refusal(_ request: Request, _ quota: RateLimiter.Quota) -> Response {
        let problem = Problem(quotaUsedUp: quota)
        var response = problem.response(correlationID: stamp.correlationID(request.fields))
        tell(quota, in: &response)
        return response
    }

    private func tell(_ quota: RateLimiter.Quota, in response: inout Response) {
        response.fields.append(.rateLimitPolicy, quota.limit.fieldValue)
        response.fields.append(.rateLimit, quota.fieldValue)
    }

    // MARK: What has no route

    private func notFound(_ request: Request) -> Response {
        var problem = Problem(.notFound, "There is nothing at this path.")
        problem.instance = String(decoding: request.path, as: UTF8.self)
        return problem.response(correlationID: stamp.correlationID(request.fields))
    }

    private func otherMethod(_ request: Request, _ allowed: [Method]) -> Response {
        let list = allowed.map(\.rawValue).joined(separator: ", ")
        let correlationID = stamp.correlationID(request.fields)
        if request.method == .options {
            var fields = FieldSection()
            fields.append(.allow, list)
            correlationID.append(to: &fields)
            return Response(.noContent, fields: fields)
        }
        var problem = Problem(
            .methodNotAllowed,
            "\(request.method.rawValue) is not possible here; \(list) are."
        )
        problem.instance = String(decoding: request.path, as: UTF8.self)
        problem.fields = [(.allow, list)]
        return problem.response(correlationID: correlationID)
    }

    package func respond(to error: RequestError, fields: FieldSection?) -> Response {
        Problem(error).response(correlationID: stamp.correlationID(fields))
    }
}
