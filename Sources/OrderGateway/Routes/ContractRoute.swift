package import HTTPServer

/// `GET /openapi.yaml`: the contract, as it is in the repository.
package struct ContractRoute: Sendable {
    private let stamp: RequestStamp

    package init(stamp: RequestStamp) {
        self.stamp = stamp
    }

    package var routes: [Route] {
        [
            Route(.get, "/openapi.yaml") { request in
                let correlationID = stamp.correlationID(request.fields)
                if var problem = Problem(notAcceptable: request.fields, "application", "yaml") {
                    problem.instance = String(decoding: request.path, as: UTF8.self)
                    return .ready(problem.response(correlationID: correlationID))
                }
                var fields = FieldSection()
                // RFC 9512 §2.1.
                fields.append(.contentType, "application/yaml")
                correlationID.append(to: &fields)
                return .ready(Response(.ok, fields: fields, body: PackageResources.openapi_yaml))
            }
        ]
    }
}
