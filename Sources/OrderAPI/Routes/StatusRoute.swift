package import HTTPServer

/// The route `GET /status`, which returns the state of the gateway for people and their tools.
package struct StatusRoute: Sendable {
    private let document: SharedText

    /// - Parameter json: Returns the present state.
    package init(json: @escaping @Sendable () -> [UInt8]) {
        document = SharedText { json() }
    }

    package var routes: [Route] {
        [Route(.get, "/status", isMonitoring: true) { answer($0) }]
    }

    private func answer(_ request: Request) -> Answer {
        let correlationID = request.context.correlationID
        return .pending { [document] in
            var fields = FieldSection()
            fields.append(.contentType, "application/json")
            fields.append(.cacheControl, "no-store")
            correlationID.append(to: &fields)
            return Response(.ok, fields: fields, body: await document.bytes)
        }
    }
}
