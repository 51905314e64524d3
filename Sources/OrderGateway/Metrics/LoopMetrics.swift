internal import Telemetry

/// The metrics of the event loops.
enum LoopMetrics {
    static func families(_ watch: LoopWatch) -> [MetricFamily] {
        [
            MetricFamily(
                "event_loop_delay_seconds",
                .gauge,
                "How long work last waited on an event loop, or waits by now.",
                labels: ["loop"]
            ) { samples in
                for (loop, delay) in watch.delays { samples.add(delay / .seconds(1), [loop]) }
            }
        ]
    }
}
