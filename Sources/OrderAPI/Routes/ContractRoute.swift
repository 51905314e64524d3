package import HTTPServer

/// The routes `GET /openapi.yaml` and `GET /openapi.json`, which return the contract from the
/// repository.
package struct ContractRoute: Sendable {
    /// The media types of YAML, the usual one first: the type of RFC 9512 §2.1, the names that it
    /// replaces, and the types of OpenAPI.
    private static let yaml = [
        OfferedType("application/yaml"), OfferedType("application/openapi+yaml"),
        OfferedType("application/vnd.oai.openapi"), OfferedType("application/vnd.oai.openapi+yaml"),
        OfferedType("text/yaml"), OfferedType("application/x-yaml"), OfferedType("text/x-yaml"),
    ]
    private static let json = [
        OfferedType("application/json"), OfferedType("application/openapi+json"),
        OfferedType("application/vnd.oai.openapi+json"),
    ]

    package init() {}

    package var routes: [Route] {
        [
            Route(.get, "/openapi.yaml") {
                .ready(answer($0, Self.yaml) { PackageResources.openapi_yaml })
            },
            Route(.get, "/openapi.json") {
                .ready(answer($0, Self.json) { PackageResources.openapi_json })
            },
        ]
    }

    private func answer(
        _ request: Request,
        _ types: [OfferedType],
        _ document: () -> [UInt8]
    ) -> Response {
        let correlationID = request.context.correlationID
        guard let type = OfferedType.preferred(of: types, request.fields) else {
            var problem = Problem(notAcceptable: types[0].name)
            problem.instance = String(decoding: request.path, as: UTF8.self)
            return problem.response(correlationID: correlationID)
        }
        var fields = FieldSection()
        fields.append(.contentType, "\(type.name)")
        // See RFC 9110 §12.5.5.
        fields.append(.vary, "Accept")
        correlationID.append(to: &fields)
        return Response(.ok, fields: fields, body: document())
    }
}
