internal import Synchronization
internal import Telemetry

/// The metrics that librdkafka measures itself: each broker as the producer sees it.
final class StatisticsMetrics: Sendable {
    enum Limits {
        /// How often the producer writes its statistics: a broker that is gone shows within 5 seconds.
        static let interval = Duration.seconds(3)
    }

    /// The value of the label `client`.
    private static let client = "producer"

    private struct Report {
        let number: Int
        let text: [UInt8]
    }

    /// The last report, which is read only when somebody asks for the metrics.
    private let report = Mutex<Report?>(nil)
    /// What the report says that was read last.
    private let known = Mutex<(number: Int, brokers: [BrokerStatistics])>((0, []))

    func note(_ json: UnsafeRawBufferPointer) {
        let text = Array(json)
        report.withLock { $0 = Report(number: ($0?.number ?? 0) + 1, text: text) }
    }

    private var brokers: [BrokerStatistics] {
        guard let report = report.withLock({ $0 }) else { return [] }
        return known.withLock { known in
            if known.number != report.number {
                known = (report.number, BrokerStatistics.read(report.text))
            }
            return known.brokers
        }
    }

    var families: [MetricFamily] {
        func family(
            _ name: String,
            _ help: String,
            _ value: @escaping @Sendable (BrokerStatistics) -> Double
        ) -> MetricFamily {
            MetricFamily(name, .gauge, help, labels: ["client", "broker"]) { [self] samples in
                for broker in brokers {
                    samples.add(value(broker), [Self.client, "\(broker.id)"])
                }
            }
        }
        return [
            MetricFamily(
                "kafka_broker_rtt_seconds",
                .summary,
                "How long a broker took to answer, in the last seconds.",
                labels: ["client", "broker", "quantile"]
            ) { [self] samples in
                for broker in brokers {
                    guard let rtt = broker.rtt else { continue }
                    samples.add(rtt.median, [Self.client, "\(broker.id)", "0.5"])
                    samples.add(rtt.high, [Self.client, "\(broker.id)", "0.99"])
                }
            },
            family(
                "kafka_broker_throttle_seconds",
                "The longest delay by a quota that a broker has named in the last seconds."
            ) { $0.throttle },
            family(
                "kafka_broker_requests_in_flight",
                "Requests to a broker that it has not answered."
            ) { Double($0.requestsInFlight) },
            family("kafka_broker_up", "Whether a broker is connected: 1, or 0.") {
                $0.isUp ? 1 : 0
            },
        ]
    }
}
