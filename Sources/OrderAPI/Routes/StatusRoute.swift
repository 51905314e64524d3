package import HTTPServer

/// The route `GET /status`, which returns the state of the gateway for people and their tools.
package struct StatusRoute: Sendable {
    private let json: @Sendable () -> [UInt8]

    /// - Parameter json: Returns the present state.
    package init(json: @escaping @Sendable () -> [UInt8]) {
        self.json = json
    }

    package var routes: [Route] {
        [Route(.get, "/status", isMonitoring: true) { answer($0) }]
    }

    /// Makes the document on a thread of the cooperative pool, so that the event loop serves other
    /// connections meanwhile.
    private func answer(_ request: Request) -> Answer {
        let correlationID = request.context.correlationID
        return .pending { [json] in
            var fields = FieldSection()
            fields.append(.contentType, "application/json")
            fields.append(.cacheControl, "no-store")
            correlationID.append(to: &fields)
            // The task is detached, because the connection's task and its children prefer the event
            // loop.
            return Response(.ok, fields: fields, body: await Task.detached { json() }.value)
        }
    }
}
