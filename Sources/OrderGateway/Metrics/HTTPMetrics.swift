package import HTTPServer
internal import OrderAPI
internal import Synchronization
package import Telemetry
internal import Text

/// The metrics of the HTTP server: requests by method, route pattern and status, and connections.
///
/// Each loop counts in cells of its own.
package final class HTTPMetrics: Sendable {
    package enum Limits {
        /// The most route patterns that are told apart; they come from the program, not from clients.
        package static let routes = 32
    }

    /// The route of requests that match none.
    package static let unmatched = "unmatched"
    private static let methods = Method.allCases.map(\.rawValue) + ["_OTHER"]
    /// The statuses that are told apart; 0 stands for no answer, and 1 for any other status.
    private static let statuses =
        [0, 1, 101, 200, 201, 202, 204, 206, 207, 301, 302, 303, 304, 307, 308, 400, 401, 403, 404]
        + [405, 406, 408, 409, 412, 413, 414, 415, 417, 422, 425, 428, 429, 431]
        + [500, 501, 502, 503, 504, 505]
    private static let shedReasons = ["overloaded", "too_many_connections"]
    private static let endings = ["client_left", "timed_out", "abandoned", "cut_off"]

    /// The places of a loop's cells: these, then the number of requests of each row, then the rows.
    private struct Places {
        let connections = 0
        let active = 1
        let shed = 2
        let unfinished = 4
        let requests = 8
        let methodCount = HTTPMetrics.methods.count
        let statusCount = HTTPMetrics.statuses.count
        let buckets = Buckets.latencies

        var rowCount: Int { Limits.routes * methodCount * statusCount }
        var cellCount: Int { requests + rowCount * (1 + buckets.cellCount) }

        /// The row of requests of one route, method and status.
        func row(_ route: Int, _ method: Int, _ status: Int) -> Int {
            (route &* methodCount &+ method) &* statusCount &+ status
        }

        /// The first cell of a row's histogram.
        func histogram(_ row: Int) -> Int {
            requests &+ Limits.routes &* methodCount &* statusCount &+ row &* buckets.cellCount
        }
    }

    private let places = Places()
    private let cells: CellGroup
    private let patterns = Mutex([HTTPMetrics.unmatched])
    private let exemplars = Mutex<[Int: [Exemplar?]]>([:])
    private let clock: WallClock

    init(clock: WallClock) {
        self.clock = clock
        cells = CellGroup(cellCount: places.cellCount)
    }

    /// Returns an observer for one more loop.
    package func observer() -> any ServerObserver { LoopObserver(self) }

    /// Returns the index of a route; that of unmatched requests if there are too many routes.
    private func index(of pattern: String) -> Int {
        patterns.withLock { patterns in
            if let index = patterns.firstIndex(of: pattern) { return index }
            guard patterns.count < Limits.routes else { return 0 }
            patterns.append(pattern)
            return patterns.count - 1
        }
    }

    // MARK: Values

    /// The requests of one method, route and status.
    package struct Requests: Sendable {
        package let method: String
        package let route: String
        /// `nil` if no answer was sent.
        package let status: Int?
        package let count: Int
        fileprivate let row: Int

        fileprivate var statusText: String {
            switch status {
            case nil: ""
            case 1?: "other"
            case .some(let code): "\(code)"
            }
        }
    }

    /// All requests that are over.
    package var requests: [Requests] {
        let patterns = patterns.withLock { $0 }
        let rows = patterns.count * places.methodCount * places.statusCount
        let counts = cells.sums(places.requests..<places.requests + rows)
        return counts.indices.filter { counts[$0] > 0 }.map { row in
            let status = Self.statuses[row % places.statusCount]
            let other = row / places.statusCount
            return Requests(
                method: Self.methods[other % places.methodCount],
                route: patterns[other / places.methodCount],
                status: status == 0 ? nil : status,
                count: counts[row],
                row: row
            )
        }
    }

    package func durations(of requests: Requests) -> HistogramSnapshot {
        cells.histogram(row: places.histogram(requests.row), places.buckets)
    }

    /// Returns the durations of all requests of a method and route, whatever their status.
    package func durations(_ method: Method, _ route: String) -> HistogramSnapshot {
        requests.filter { $0.method == method.rawValue && $0.route == route }
            .reduce(HistogramSnapshot(places.buckets)) { $0 + durations(of: $1) }
    }

    package var openConnections: Int { cells.sum(at: places.connections) }
    package var activeRequests: Int { cells.sum(at: places.active) }

    /// The requests and connections that were refused because of load.
    package var shed: Int { shedCounts.reduce(0, +) }

    private var shedCounts: [Int] {
        cells.sums(places.shed..<places.shed + Self.shedReasons.count)
    }

    /// The orders that were answered with 202.
    package var acceptedOrders: Int {
        requests.filter { $0.method == "POST" && $0.route == "/orders" && $0.status == 202 }
            .reduce(0) { $0 + $1.count }
    }

    // MARK: Text

    var families: [MetricFamily] {
        [
            MetricFamily(
                "http_server_request_duration_seconds",
                .histogram,
                "From the head of a request until the last byte of its answer has left.",
                labels: ["http_request_method", "http_route", "http_response_status_code"]
            ) { [self] samples in
                for requests in requests {
                    samples.add(
                        durations(of: requests),
                        [requests.method, requests.route, requests.statusText],
                        exemplars: exemplars.withLock { $0[requests.row] } ?? []
                    )
                }
            },
            MetricFamily(
                "http_server_active_requests",
                .gauge,
                "Requests that have begun and are not over."
            ) { [self] in Double(activeRequests) },
            MetricFamily(
                "http_server_open_connections",
                .gauge,
                "Connections that are open."
            ) { [self] in Double(openConnections) },
            MetricFamily(
                "http_server_requests_shed_total",
                .counter,
                "Requests and connections that were refused because of load.",
                labels: ["reason"]
            ) { [self] samples in
                for (reason, count) in zip(Self.shedReasons, shedCounts) {
                    samples.add(count, [reason])
                }
            },
            MetricFamily(
                "http_server_requests_unfinished_total",
                .counter,
                "Requests whose answer did not leave completely.",
                labels: ["ending"]
            ) { [self] samples in
                let first = places.unfinished
                let counts = cells.sums(first..<first + Self.endings.count)
                for (ending, count) in zip(Self.endings, counts) { samples.add(count, [ending]) }
            },
            MetricFamily(
                "orders_accepted_total",
                .counter,
                "Orders that were answered with 202."
            ) { [self] in Double(acceptedOrders) },
        ]
    }

    // MARK: Counting

    /// A row without exemplars.
    private static let none = [Exemplar?](
        repeating: nil,
        count: Buckets.latencies.bounds.count + 1
    )

    private func note(_ exemplar: Exemplar, row: Int, bucket: Int) {
        exemplars.withLock { $0[row, default: Self.none][bucket] = exemplar }
    }

    /// The observer of one loop.
    ///
    /// Sendable because only its loop's thread uses it.
    private final class LoopObserver: ServerObserver, @unchecked Sendable {
        private struct Known {
            let route: ObjectIdentifier
            let index: Int
        }

        private let metrics: HTTPMetrics
        private let cells: Cells
        private let places: Places
        /// The index of each status by its code.
        private let statuses: [UInt8]
        /// The routes of this loop that were seen; a loop's routes live as long as the loop.
        @exclusivity(unchecked) private var routes: [Known] = []
        @exclusivity(unchecked) private var exemplars = ExemplarPace()

        init(_ metrics: HTTPMetrics) {
            self.metrics = metrics
            cells = metrics.cells.makeCells()
            places = metrics.places
            var statuses = [UInt8](repeating: 1, count: 1000)
            for (index, code) in HTTPMetrics.statuses.enumerated() { statuses[code] = UInt8(index) }
            self.statuses = statuses
        }

        func connectionOpened() { cells.add(1, at: places.connections) }
        func connectionClosed() { cells.add(-1, at: places.connections) }
        func requestBegan() { cells.add(1, at: places.active) }

        func requestFinished(_ head: RequestHead?, _ outcome: RequestOutcome) {
            let row = places.row(
                head.map { index(ofRouteOf: $0) } ?? 0,
                head?.method.index ?? places.methodCount - 1,
                outcome.status.map { Int(statuses[$0.code]) } ?? 0
            )
            let nanoseconds = Int(outcome.nanoseconds)
            cells.add(-1, at: places.active)
            cells.add(1, at: places.requests &+ row)
            cells.observe(nanoseconds, row: places.histogram(row), places.buckets)
            if outcome.ending != .complete { noteUnfinished(outcome.ending) }
            if let traceID = head?.sampledTrace { note(traceID, nanoseconds, row: row) }
        }

        private func note(_ traceID: TraceID, _ nanoseconds: Int, row: Int) {
            let now = metrics.clock.now()
            let bucket = places.buckets.index(of: nanoseconds)
            guard exemplars.admits(row &* places.buckets.cellCount &+ bucket, at: now) else {
                return
            }
            let exemplar = Exemplar(traceID: traceID, nanoseconds: nanoseconds, time: now)
            metrics.note(exemplar, row: row, bucket: bucket)
        }

        private func index(ofRouteOf head: RequestHead) -> Int {
            guard let id = head.routeIdentity else { return 0 }
            for known in routes where known.route == id { return known.index }
            guard let pattern = head.route?.pattern else { return 0 }
            let index = metrics.index(of: pattern)
            routes.append(Known(route: id, index: index))
            return index
        }

        private func noteUnfinished(_ ending: RequestOutcome.Ending) {
            switch ending {
            case .complete: break
            case .clientLeft: cells.add(1, at: places.unfinished)
            case .timedOut: cells.add(1, at: places.unfinished + 1)
            case .abandoned: cells.add(1, at: places.unfinished + 2)
            case .cutOff: cells.add(1, at: places.unfinished + 3)
            }
        }

        func shed(_ reason: RequestError) {
            cells.add(1, at: places.shed + (reason == .overloaded ? 0 : 1))
        }
    }
}
