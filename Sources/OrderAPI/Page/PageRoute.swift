package import HTTPServer

/// The route `GET /`, which returns the live page.
///
/// The page is the same for everyone. What it shows, it asks for at the other routes of its port.
package struct PageRoute: Sendable {
    /// Made at the start, because the first request would wait for it.
    private let document = PageDocument.shared

    package init() {}

    package var routes: [Route] { [Route(.get, "/") { .ready(answer($0)) }] }

    private func answer(_ request: Request) -> Response {
        let correlationID = request.context.correlationID
        if var problem = Problem(notAcceptable: request.fields, "text/html") {
            problem.instance = "/"
            return problem.response(correlationID: correlationID)
        }
        // A cache has to ask whether its page is still that of this gateway.
        var fields = FieldSection(lines: "Cache-Control: no-cache\r\n")
        fields.append(.eTag, document.etag)
        correlationID.append(to: &fields)
        switch Precondition(request.fields, isRead: true, tag: document.etag) {
        case .failed:
            var problem = Problem.preconditionFailed
            problem.instance = "/"
            return problem.response(correlationID: correlationID)
        case .notModified:
            return Response(.notModified, fields: fields)
        case .met:
            fields.append(.contentType, "text/html; charset=utf-8")
            fields.append(.contentSecurityPolicy, PagePolicy.fieldValue)
            fields.append(.contentTypeOptions, "nosniff")
            fields.append(.referrerPolicy, "no-referrer")
            return Response(.ok, fields: fields, body: document.html)
        }
    }
}
