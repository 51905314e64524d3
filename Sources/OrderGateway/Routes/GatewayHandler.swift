package import HTTPServer
internal import HTTPTypes

/// What the server calls: finds the route, and answers as a problem what has none.
package struct GatewayHandler: RequestHandler {
    private let router: Router
    private let stamp: RequestStamp

    package init(routes: [Route], stamp: RequestStamp) {
        router = Router(routes)
        self.stamp = stamp
    }

    package func respond(to request: Request) async -> Response {
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
