internal import HTTPServer
package import Telemetry

/// What a gateway has counted up to one moment, as far as rates and quantiles need it.
package struct StatusCounts: Equatable, Sendable {
    package var requests = 0
    package var clientErrors = 0
    package var serverErrors = 0
    /// The orders that were answered with 202.
    package var accepted = 0
    /// The messages that the brokers have acknowledged.
    package var sent = 0
    /// The records that the read model has consumed.
    package var consumed = 0
    package var post = HistogramSnapshot(.latencies)
    package var get = HistogramSnapshot(.latencies)
    /// From the creation of orders until they could be read here.
    package var visible = HistogramSnapshot(.ages)
    /// The lag of all consumers in all partitions; not a count, but the value at the moment.
    package var lag: Int64 = 0

    package init() {}
}

extension StatusCounts {
    /// - Parameters:
    ///   - topics: The topics that the read model consumes.
    ///   - group: The group of the read model.
    init(_ metrics: Metrics, topics: [String], group: String) {
        for requests in metrics.http.requests {
            self.requests += requests.count
            switch requests.status ?? 0 {
            case 400...499: clientErrors += requests.count
            case 500...599: serverErrors += requests.count
            default: break
            }
        }
        accepted = metrics.http.acceptedOrders
        sent = metrics.kafka.acknowledged
        consumed = topics.reduce(0) { $0 + metrics.streams.consumed($1, by: group) }
        post = metrics.http.durations(.post, "/orders")
        get = metrics.http.durations(.get, "/orders/{id}")
        visible = metrics.readModel.visibility
        lag = metrics.streams.lag.lags.reduce(0) { $0 + $1.records }
    }
}
