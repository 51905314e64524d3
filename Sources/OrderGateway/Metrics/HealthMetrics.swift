internal import Telemetry

/// The metrics of readiness.
enum HealthMetrics {
    static func families(_ health: Health) -> [MetricFamily] {
        [
            MetricFamily(
                "order_gateway_ready",
                .gauge,
                "Whether a part is ready, as /readyz says it: 1, or 0.",
                labels: ["check"]
            ) { samples in
                for check in health.checks() {
                    samples.add(check.reason == nil ? 1 : 0, ["\(check.name)"])
                }
            }
        ]
    }
}
