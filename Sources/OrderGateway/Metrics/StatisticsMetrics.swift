internal import Synchronization
internal import Telemetry

/// A client of Kafka whose statistics are metrics.
package enum KafkaClient: String, CaseIterable, Sendable {
    case producer, projection, saga
}

/// The metrics that librdkafka's clients measure themselves: each broker as each client sees it.
final class StatisticsMetrics: Sendable {
    enum Limits {
        /// How often the clients write their statistics: a broker that is gone shows within 5 seconds.
        static let interval = Duration.seconds(3)
    }

    private struct Report {
        let number: Int
        let text: [UInt8]
    }

    /// The last report of each client, which is read only when somebody asks for the metrics.
    private let reports = Mutex<[KafkaClient: Report]>([:])
    /// What the reports say that were read last.
    private let brokers = Mutex<[KafkaClient: (number: Int, brokers: [BrokerStatistics])]>([:])

    func note(_ json: UnsafeRawBufferPointer, of client: KafkaClient) {
        let text = Array(json)
        reports.withLock { reports in
            let number = (reports[client]?.number ?? 0) + 1
            reports[client] = Report(number: number, text: text)
        }
    }

    private var statistics: [(client: KafkaClient, brokers: [BrokerStatistics])] {
        let reports = reports.withLock { $0 }
        return brokers.withLock { known in
            KafkaClient.allCases.compactMap { client in
                guard let report = reports[client] else { return nil }
                if known[client]?.number != report.number {
                    known[client] = (report.number, BrokerStatistics.read(report.text))
                }
                return (client, known[client]?.brokers ?? [])
            }
        }
    }

    var families: [MetricFamily] {
        func family(
            _ name: String,
            _ help: String,
            _ value: @escaping @Sendable (BrokerStatistics) -> Double
        ) -> MetricFamily {
            MetricFamily(name, .gauge, help, labels: ["client", "broker"]) { [self] samples in
                for (client, brokers) in statistics {
                    for broker in brokers {
                        samples.add(value(broker), [client.rawValue, "\(broker.id)"])
                    }
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
                for (client, brokers) in statistics {
                    for broker in brokers {
                        guard let rtt = broker.rtt else { continue }
                        samples.add(rtt.median, [client.rawValue, "\(broker.id)", "0.5"])
                        samples.add(rtt.high, [client.rawValue, "\(broker.id)", "0.99"])
                    }
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
