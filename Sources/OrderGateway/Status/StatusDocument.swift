/// The state of a gateway for people: the answer to `GET /status`.
///
/// The names of its members, in snake case, are those of the JSON; openapi.yaml explains each. Times
/// are texts of RFC 3339. Rates are means of the last 10 seconds, quantiles are of the last 60 seconds.
package struct StatusDocument: Equatable, Sendable, Decodable {
    package var service: Service
    package var ready: Bool
    package var checks: [Check]
    package var http: HTTP
    package var orders: Orders
    package var events: Events
    package var lag: Lag
    package var deadLetters: DeadLetters
    package var producer: Producer
    package var readModel: ReadModel
    package var process: Process
    package var samples: Samples

    package struct Service: Equatable, Sendable, Decodable {
        package var name: String
        package var version: String
        package var commit: String
        package var startedAt: String
        package var uptimeSeconds: Double
    }

    package struct Check: Equatable, Sendable, Decodable {
        package var name: String
        package var status: String
        package var since: String
        /// Why it is unavailable.
        package var reason: String?
    }

    /// Quantiles in seconds; `nil` without data.
    package struct Quantiles: Equatable, Sendable, Decodable {
        package var p50: Double?
        package var p95: Double?
        package var p99: Double?
    }

    package struct HTTP: Equatable, Sendable, Decodable {
        package var connections: Int
        package var activeRequests: Int
        package var requestsTotal: Int
        package var requestsPerSecond: Double
        package var clientErrorsTotal: Int
        package var serverErrorsTotal: Int
        package var serverErrorRatio: Double
        package var shedTotal: Int
        package var postOrderSeconds: Quantiles
        package var getOrderSeconds: Quantiles
    }

    package struct Orders: Equatable, Sendable, Decodable {
        package var acceptedTotal: Int
        package var acceptedPerSecond: Double
        package var visibleSeconds: Quantiles
    }

    package struct Events: Equatable, Sendable, Decodable {
        package var sentTotal: Int
        package var sentPerSecond: Double
        package var sendFailedTotal: Int
        package var consumedTotal: Int
        package var consumedPerSecond: Double
        package var failedTotal: Int
        package var retriesTotal: Int
    }

    package struct Lag: Equatable, Sendable, Decodable {
        package var total: Int64
        package var partitions: [Partition]

        package struct Partition: Equatable, Sendable, Decodable {
            package var group: String
            package var topic: String
            package var partition: Int32
            package var position: Int64
            package var end: Int64
            package var lag: Int64
            package var lagSeconds: Double
        }
    }

    package struct DeadLetters: Equatable, Sendable, Decodable {
        package var total: Int
        /// The last ones, newest first.
        package var recent: [Letter]

        package struct Letter: Equatable, Sendable, Decodable {
            package var timestamp: String
            package var topic: String
            package var partition: Int32
            package var offset: Int64
            package var eventType: String?
            package var orderId: String?
            package var error: String
        }
    }

    package struct Producer: Equatable, Sendable, Decodable {
        package var queueMessages: Int
        package var queueBytes: Int
    }

    package struct ReadModel: Equatable, Sendable, Decodable {
        package var hotOrders: Int
        package var hotBytes: Int
        package var hitsTotal: Int
        package var missesTotal: Int
    }

    package struct Process: Equatable, Sendable, Decodable {
        package var cpuSecondsTotal: Double
        package var residentBytes: Int
        package var openDescriptors: Int
    }

    package struct Samples: Equatable, Sendable, Decodable {
        package var intervalSeconds: Int
        /// Oldest first.
        package var points: [Point]

        package struct Point: Equatable, Sendable, Decodable {
            package var timestamp: String
            package var ordersPerSecond: Double
            package var requestsPerSecond: Double
            package var eventsPerSecond: Double
            package var postP50: Double?
            package var postP99: Double?
            package var visibleP99: Double?
            package var lag: Int64
        }
    }
}
