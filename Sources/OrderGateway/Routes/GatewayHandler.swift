package import HTTPServer
internal import HTTPTypes

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

    package func respond(to request: Request) async -> Response {
        // Those who watch over the gateway are told how it is, whatever else they ask.
        if let limiter, let client = request.client,
            !HealthRoutes.paths.contains(where: { request.path.elementsEqual($0.utf8) })
        {
            return await respond(to: request, of: client, limiter)
        }
        return await route(request)
    }

    private func respond(
        to request: Request,
        of client: ClientNetwork,
        _ limiter: RateLimiter
    ) async -> Response {
        let quota = limiter.take(client)
        var response: Response
        if quota.isAllowed {
            response = await route(request)
        } else {
            let problem = Problem(quotaUsedUp: limiter.limit, resetSeconds: quota.resetSeconds)
            response = problem.response(correlationID: stamp.correlationID(request.fields))
        }
        response.fields.append(.rateLimitPolicy, limiter.limit.fieldValue)
        response.fields.append(.rateLimit, quota.fieldValue)
        return response
    }

    private func route(_ request: Request) async -> Response {
        switch router.match(request.method, request.path) {
        case .route(let handler, let parameters):
            var request = request
            request.parameters = parameters
            return await handler(request)
        case .otherMethod(let allowed):
            return otherMethod(request, allowed)
        case .notFound:
            var problem = Problem(.notFound, "There is nothing at this path.")
            problem.instance = String(decoding: request.path, as: UTF8.self)
            return problem.response(correlationID: stamp.correlationID(request.fields))
        }
    }

    private func otherMethod(_ request: Request, _ allowed: [HTTPRequest.Method]) -> Response {
        let list = allowed.map(\.rawValue).joined(separator: ", ")
        let correlationID = stamp.correlationID(request.fields)
        if request.method == .options {
            var fields = FieldSection()
            fields.append(.allow, list)
            fields.append(.correlationID, correlationID)
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
