/// The texts in which metrics can be read.
package enum MetricsFormat: Sendable, CaseIterable {
    /// Prometheus' text, version 0.0.4.
    case prometheus
    /// OpenMetrics 1.0, which also has exemplars and units.
    case openMetrics

    package var contentType: String {
        switch self {
        case .prometheus: "text/plain; version=0.0.4; charset=utf-8"
        case .openMetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8"
        }
    }
}
