package import HTTPServer
package import Telemetry

/// The route `GET /metrics`, which returns all metrics for Prometheus.
package struct MetricsRoute: Sendable {
    // Their versions are in ``MetricsFormat/contentType``.
    private static let plain = OfferedType("text/plain")
    private static let open = OfferedType("application/openmetrics-text")

    private let plainText: SharedText
    private let openText: SharedText

    package init(registry: MetricsRegistry) {
        plainText = SharedText { registry.text(.prometheus) }
        openText = SharedText { registry.text(.openMetrics) }
    }

    package var routes: [Route] {
        [Route(.get, "/metrics", isMonitoring: true) { answer($0) }]
    }

    private func answer(_ request: Request) -> Answer {
        let correlationID = request.context.correlationID
        let types = [Self.plain, Self.open]
        guard let type = OfferedType.preferred(of: types, request.fields) else {
            var problem = Problem(notAcceptable: Self.plain.name)
            problem.instance = String(decoding: request.path, as: UTF8.self)
            return .ready(problem.response(correlationID: correlationID))
        }
        let isOpen = type.name.utf8Start == Self.open.name.utf8Start
        let format: MetricsFormat = isOpen ? .openMetrics : .prometheus
        let text = isOpen ? openText : plainText
        return .pending {
            var fields = FieldSection()
            fields.append(.contentType, format.contentType)
            fields.append(.cacheControl, "no-store")
            // See RFC 9110 §12.5.5.
            fields.append(.vary, "Accept")
            correlationID.append(to: &fields)
            return Response(.ok, fields: fields, body: await text.bytes)
        }
    }
}
