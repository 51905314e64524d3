internal import OrderGateway
internal import Text

/// The state of a gateway as text for a terminal of 80 columns.
struct StatusText {
    private enum Limits {
        static let width = 80
        /// The dead letters that are shown; the command dead-letters shows all.
        static let letters = 5
        /// Times of a thousand years and more are not shown.
        static let seconds = 86_400.0 * 365_000
    }

    private let status: StatusDocument
    private let now: Timestamp

    init(_ status: StatusDocument, now: Timestamp) {
        self.status = status
        self.now = now
    }

    var text: String {
        ([head] + reasons + [""] + http + orders + deadLetters + lag).joined(separator: "\n")
    }

    // MARK: Readiness

    private var head: String {
        let service = status.service
        return "\(service.name) \(service.version) (\(service.commit.prefix(12))),"
            + " up \(Self.time(service.uptimeSeconds)): \(status.ready ? "ready" : "NOT READY")"
    }

    private var reasons: [String] {
        let failed = status.checks.filter { $0.status != "ok" }
        guard !failed.isEmpty else {
            let last = status.checks.max { $0.since < $1.since }
            return last.map { ["  all parts since \($0.since)"] } ?? []
        }
        return failed.flatMap { check in
            let since = Timestamp(check.since)
            let duration = since.map { " for \(Self.time(age(of: $0)))" } ?? ""
            return Self.wrapped(
                "\(check.name): unavailable\(duration): \(check.reason ?? "no reason given")",
                indent: "  ",
                next: "    "
            )
        }
    }

    private func age(of time: Timestamp) -> Double {
        Double(max(0, now.millisecondsSinceEpoch - time.millisecondsSinceEpoch)) / 1000
    }

    // MARK: Figures

    private var http: [String] {
        let http = status.http
        let share = Self.decimal(http.serverErrorRatio * 100, 2)
        var table = TextTable(["", "P50", "P95", "P99"], rightAligned: [1, 2, 3])
        let rows = [
            ("POST /orders", http.postOrderSeconds), ("GET /orders/{id}", http.getOrderSeconds),
            ("order visible after", status.orders.visibleSeconds),
        ]
        for (name, quantiles) in rows {
            let times = [quantiles.p50, quantiles.p95, quantiles.p99]
            table.append([name] + times.map { $0.map { Self.time($0) } ?? "-" })
        }
        return [
            "requests      \(rate(http.requestsPerSecond)), \(http.requestsTotal) in all,"
                + " \(http.activeRequests) active",
            "connections   \(http.connections)",
            "errors        \(http.serverErrorsTotal) of the server (\(share) % now),"
                + " \(http.clientErrorsTotal) of clients, \(http.shedTotal) shed",
        ] + table.lines() + [""]
    }

    private var orders: [String] {
        let (orders, events) = (status.orders, status.events)
        let memory = Self.decimal(Double(status.process.residentBytes) / 1_048_576, 0)
        return [
            "orders        \(rate(orders.acceptedPerSecond)), \(orders.acceptedTotal) accepted",
            "events sent   \(rate(events.sentPerSecond)), \(events.sentTotal) in all,"
                + " \(events.sendFailedTotal) failed, \(status.producer.queueMessages) waiting",
            "  consumed    \(rate(events.consumedPerSecond)), \(events.consumedTotal) in all,"
                + " \(events.failedTotal) failed, \(events.retriesTotal) retries",
            "read model    \(status.readModel.hotOrders) orders in memory",
            "process       \(memory) MiB, \(status.process.openDescriptors) descriptors,"
                + " \(Self.time(status.process.cpuSecondsTotal)) of processor time",
            "",
        ]
    }

    private var deadLetters: [String] {
        let letters = status.deadLetters
        var lines = ["dead letters  \(letters.total)"]
        for letter in letters.recent.prefix(Limits.letters) {
            let facts = [
                letter.timestamp, "\(letter.topic)/\(letter.partition)/\(letter.offset)",
                letter.eventType ?? "",
            ]
            lines += Self.wrapped(facts.joined(separator: " "), indent: "  ", next: "    ")
            lines += Self.wrapped(letter.error, indent: "    ", next: "    ")
        }
        let rest = letters.total - min(letters.recent.count, Limits.letters)
        if rest > 0 { lines.append("  … and \(rest) more: see order-gateway dead-letters list") }
        return lines
    }

    private var lag: [String] {
        var lines = ["lag           \(status.lag.total)"]
        for group in Set(status.lag.partitions.map(\.group)).sorted() {
            var table = TextTable(
                ["TOPIC", "PARTITION", "POSITION", "END", "LAG", "WAITS"],
                rightAligned: [1, 2, 3, 4, 5]
            )
            for partition in status.lag.partitions where partition.group == group {
                table.append([
                    partition.topic.printable, "\(partition.partition)", "\(partition.position)",
                    "\(partition.end)", "\(partition.lag)",
                    partition.lag > 0 ? Self.time(partition.lagSeconds) : "-",
                ])
            }
            lines += ["  \(group.printable)"] + table.lines(indent: "    ")
        }
        return lines
    }

    // MARK: Layout

    private func rate(_ rate: Double) -> String { "\(Self.decimal(rate, 1))/s" }

    /// Returns a time in the unit that makes it readable.
    static func time(_ seconds: Double) -> String {
        switch seconds {
        case ..<1: "\(decimal(seconds * 1000, 1)) ms"
        case ..<60: "\(decimal(seconds, 1)) s"
        case ..<3600: "\(Int(seconds) / 60) min \(Int(seconds) % 60) s"
        case ..<86_400: "\(Int(seconds) / 3600) h \(Int(seconds) / 60 % 60) min"
        case ..<Limits.seconds: "\(Int(seconds) / 86_400) d \(Int(seconds) / 3600 % 24) h"
        // Whatever answers at the URL may say anything, also what is no number.
        default: "-"
        }
    }

    /// Returns a number with this many decimals.
    static func decimal(_ number: Double, _ decimals: Int) -> String {
        var scale = 1
        for _ in 0..<decimals { scale *= 10 }
        let scaled = Int(exactly: (abs(number) * Double(scale)).rounded()) ?? 0
        let sign = number < 0 && scaled > 0 ? "-" : ""
        guard decimals > 0 else { return "\(sign)\(scaled)" }
        let rest = "\(scaled % scale)"
        let zeros = String(repeating: "0", count: decimals - rest.count)
        return "\(sign)\(scaled / scale).\(zeros)\(rest)"
    }

    /// Returns a text in lines of at most 80 columns, without what a terminal would obey.
    static func wrapped(_ text: String, indent: String, next: String) -> [String] {
        var lines: [String] = []
        var line = indent
        var isEmpty = true
        for word in text.printable.split(separator: " ") {
            var word = word
            if !isEmpty, line.count + 1 + word.count > Limits.width {
                lines.append(line)
                (line, isEmpty) = (next, true)
            }
            if !isEmpty { line += " " }
            // A word that is longer than a line is cut.
            while line.count + word.count > Limits.width {
                let room = Limits.width - line.count
                lines.append(line + word.prefix(room))
                word = word.dropFirst(room)
                line = next
            }
            line += word
            isEmpty = false
        }
        return lines + [line]
    }
}
