package import HTTPServer
internal import HTTPTypes

/// `GET /openapi.yaml`: the contract, as it is in the repository.
package struct ContractRoute: Sendable {
    private let stamp: RequestStamp

    package init(stamp: RequestStamp) {
        self.stamp = stamp
    }

    package var routes: [Route] {
        [
            Route(.get, "/openapi.yaml") { request in
                if let problem = Problem(notAcceptable: request, "application", "yaml") {
                    return problem.response(correlationID: stamp.correlationID(request.fields))
                }
                var fields = FieldSection()
                // RFC 9512 §2.1.
                fields.append(.contentType, "application/yaml")
                fields.append(.correlationID, stamp.correlationID(request.fields))
                return Response(.ok, fields: fields, body: PackageResources.openapi_yaml)
            }
        ]
    }
}
