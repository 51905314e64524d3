internal import FoundationEssentials
internal import Text

extension StatusDocument {
    private enum Limits {
        /// The bytes for which there is room at first: a document with all its points.
        static let usualBytes = 64 * 1024
    }

    /// - Parameter json: The answer to `GET /status`. Members that are not known are ignored.
    package init(json: [UInt8]) throws {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        self = try decoder.decode(StatusDocument.self, from: Data(json))
    }

    package var json: [UInt8] {
        var json = JSONWriter(reservingBytes: Limits.usualBytes)
        json.object { json in
            json.object("service") { json in
                json.text("name", service.name)
                json.text("version", service.version)
                json.text("commit", service.commit)
                json.text("started_at", service.startedAt)
                json.number("uptime_seconds", service.uptimeSeconds)
            }
            json.key("ready")
            json.bool(ready)
            json.array("checks", checks) { json, check in
                json.text("name", check.name)
                json.text("status", check.status)
                json.text("since", check.since)
                if let reason = check.reason { json.text("reason", reason) }
            }
            append(http, to: &json)
            json.object("orders") { json in
                json.count("accepted_total", orders.acceptedTotal)
                json.number("accepted_per_second", orders.acceptedPerSecond)
                json.quantiles("visible_seconds", orders.visibleSeconds)
            }
            append(events, to: &json)
            append(lag, to: &json)
            append(deadLetters, to: &json)
            json.object("producer") { json in
                json.count("queue_messages", producer.queueMessages)
                json.count("queue_bytes", producer.queueBytes)
            }
            json.object("read_model") { json in
                json.count("hot_orders", readModel.hotOrders)
                json.count("hot_bytes", readModel.hotBytes)
                json.count("hits_total", readModel.hitsTotal)
                json.count("misses_total", readModel.missesTotal)
            }
            json.object("process") { json in
                json.number("cpu_seconds_total", process.cpuSecondsTotal)
                json.count("resident_bytes", process.residentBytes)
                json.count("open_descriptors", process.openDescriptors)
            }
            append(samples, to: &json)
        }
        return json.bytes
    }

    private func append(_ http: HTTP, to json: inout JSONWriter) {
        json.object("http") { json in
            json.count("connections", http.connections)
            json.count("active_requests", http.activeRequests)
            json.count("requests_total", http.requestsTotal)
            json.number("requests_per_second", http.requestsPerSecond)
            json.count("client_errors_total", http.clientErrorsTotal)
            json.count("server_errors_total", http.serverErrorsTotal)
            json.number("server_error_ratio", http.serverErrorRatio)
            json.count("shed_total", http.shedTotal)
            json.quantiles("post_order_seconds", http.postOrderSeconds)
            json.quantiles("get_order_seconds", http.getOrderSeconds)
        }
    }

    private func append(_ events: Events, to json: inout JSONWriter) {
        json.object("events") { json in
            json.count("sent_total", events.sentTotal)
            json.number("sent_per_second", events.sentPerSecond)
            json.count("send_failed_total", events.sendFailedTotal)
            json.count("consumed_total", events.consumedTotal)
            json.number("consumed_per_second", events.consumedPerSecond)
            json.count("failed_total", events.failedTotal)
            json.count("retries_total", events.retriesTotal)
        }
    }

    private func append(_ lag: Lag, to json: inout JSONWriter) {
        json.object("lag") { json in
            json.count("total", lag.total)
            json.array("partitions", lag.partitions) { json, partition in
                json.text("group", partition.group)
                json.text("topic", partition.topic)
                json.count("partition", partition.partition)
                json.count("position", partition.position)
                json.count("end", partition.end)
                json.count("lag", partition.lag)
                json.number("lag_seconds", partition.lagSeconds)
            }
        }
    }

    private func append(_ deadLetters: DeadLetters, to json: inout JSONWriter) {
        json.object("dead_letters") { json in
            json.count("total", deadLetters.total)
            json.array("recent", deadLetters.recent) { json, letter in
                json.text("timestamp", letter.timestamp)
                json.text("topic", letter.topic)
                json.count("partition", letter.partition)
                json.count("offset", letter.offset)
                json.text("event_type", letter.eventType)
                json.text("order_id", letter.orderId)
                json.text("error", letter.error)
            }
        }
    }

    private func append(_ samples: Samples, to json: inout JSONWriter) {
        json.object("samples") { json in
            json.count("interval_seconds", samples.intervalSeconds)
            json.array("points", samples.points) { json, point in
                json.text("timestamp", point.timestamp)
                json.number("orders_per_second", point.ordersPerSecond)
                json.number("requests_per_second", point.requestsPerSecond)
                json.number("events_per_second", point.eventsPerSecond)
                json.number("post_p50", point.postP50)
                json.number("post_p99", point.postP99)
                json.number("visible_p99", point.visibleP99)
                json.count("lag", point.lag)
            }
        }
    }
}

extension JSONWriter {
    fileprivate mutating func object(_ write: (inout JSONWriter) -> Void) {
        beginObject()
        write(&self)
        endObject()
    }

    fileprivate mutating func object(_ name: StaticString, _ write: (inout JSONWriter) -> Void) {
        key(name)
        object(write)
    }

    /// Appends an array of objects.
    fileprivate mutating func array<Element>(
        _ name: StaticString,
        _ elements: [Element],
        _ write: (inout JSONWriter, Element) -> Void
    ) {
        key(name)
        beginArray()
        for element in elements { object { write(&$0, element) } }
        endArray()
    }

    fileprivate mutating func text(_ name: StaticString, _ text: String?) {
        key(name)
        if let text { string(text) } else { null() }
    }

    fileprivate mutating func count(_ name: StaticString, _ count: some FixedWidthInteger) {
        key(name)
        integer(Int64(count))
    }

    /// Appends a number with at most six decimals, which is a microsecond.
    fileprivate mutating func number(_ name: StaticString, _ number: Double?) {
        key(name)
        guard let number, number.isFinite else { return null() }
        raw(Array("\((number * 1e6).rounded() / 1e6)".utf8))
    }

    fileprivate mutating func quantiles(
        _ name: StaticString,
        _ quantiles: StatusDocument.Quantiles
    ) {
        object(name) { json in
            json.number("p50", quantiles.p50)
            json.number("p95", quantiles.p95)
            json.number("p99", quantiles.p99)
        }
    }
}
