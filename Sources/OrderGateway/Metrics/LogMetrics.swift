internal import Telemetry

/// The metrics of the log.
enum LogMetrics {
    static func families(_ logger: Logger) -> [MetricFamily] {
        [
            MetricFamily(
                "log_lines_total",
                .counter,
                "Lines of the log, by level; those of the access log are not counted.",
                labels: ["level"]
            ) { samples in
                for level in Logger.Level.allCases {
                    samples.add(Double(logger.lineCount(of: level)), [level.rawValue])
                }
            },
            MetricFamily(
                "log_lines_lost_total",
                .counter,
                "Lines that nobody took, those of the access log included."
            ) { Double(logger.lostLineCount) },
        ]
    }
}
