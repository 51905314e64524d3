package import HTTPServer
internal import Text
package import Telemetry

/// The routes `GET /healthz`, which checks that the process answers on all its event loops, and
/// `GET /readyz`, which checks that it can do its work.
package struct HealthRoutes: Sendable {
    private let health: Health

    package init(health: Health) {
        self.health = health
    }

    package var routes: [Route] {
        route("/healthz") { health.livenessChecks() }
            + route("/readyz") { health.checks() }
    }

    /// Returns the routes for GET, HEAD and OPTIONS, which all have the same response.
    ///
    /// HAProxy sends OPTIONS by default (`option httpchk`).
    private func route(
        _ path: String,
        _ checks: @escaping @Sendable () -> [HealthCheck]
    ) -> [Route] {
        [
            Route(.get, path, isMonitoring: true) { .ready(answer($0, checks: checks())) },
            Route(.options, path, isMonitoring: true) { request in
                var response = answer(request, checks: checks())
                // See RFC 9110 §9.3.7.
                response.fields.append(.allow, "GET, HEAD, OPTIONS")
                return .ready(response)
            },
        ]
    }

    private func answer(_ request: Request, checks: [HealthCheck]) -> Response {
        let isHealthy = checks.allSatisfy { $0.reason == nil }
        var json = JSONWriter(reservingBytes: 512)
        func status(_ isOK: Bool) {
            json.key("status")
            json.string(isOK ? "ok" : "unavailable")
        }
        json.beginObject()
        status(isHealthy)
        json.key("checks")
        json.beginObject()
        for check in checks {
            json.key(check.name)
            json.beginObject()
            status(check.reason == nil)
            json.key("since")
            json.string(check.since)
            if let reason = check.reason {
                json.key("reason")
                json.string(reason)
            }
            json.endObject()
        }
        json.endObject()
        json.endObject()
        var fields = FieldSection()
        fields.append(.contentType, "application/json")
        fields.append(.cacheControl, "no-store")
        request.context.correlationID.append(to: &fields)
        return Response(isHealthy ? .ok : .serviceUnavailable, fields: fields, body: json.bytes)
    }
}
