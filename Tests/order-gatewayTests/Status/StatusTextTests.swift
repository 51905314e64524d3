import OrderGateway
import TestSupport
import Testing
import Text

@testable import order_gateway

struct StatusTextTests {
    private let now = Timestamp("2026-11-23T13:36:13.123Z")

    private func document() throws -> StatusDocument {
        try StatusDocument(json: Array(Self.json.utf8))
    }

    private static let json = """
        {"service":{"name":"order-gateway","version":"1.0.0","commit":"5a1c0de5a1c0de5a1c0de",
        "started_at":"2026-11-23T12:36:09.123Z","uptime_seconds":3605.2},"ready":false,
        "checks":[{"name":"http","status":"ok","since":"2026-11-23T12:36:09.201Z"},
        {"name":"kafka","status":"unavailable","since":"2026-11-23T13:36:02.123Z",
        "reason":"the broker cannot be reached: localhost:9092/bootstrap:
         Connect to ipv4#127.0.0.1:9092 failed: Connection refused (_TRANSPORT)"}],
        "http":{"connections":3,"active_requests":1,"requests_total":17410,
        "requests_per_second":42.5,"client_errors_total":12,"server_errors_total":7,
        "server_error_ratio":0.0165,"shed_total":0,
        "post_order_seconds":{"p50":0.0021,"p95":0.0046,"p99":1.25},
        "get_order_seconds":{"p50":null,"p95":null,"p99":null}},
        "orders":{"accepted_total":8120,"accepted_per_second":20.1,
        "visible_seconds":{"p50":0.004,"p95":0.0091,"p99":0.0187}},
        "events":{"sent_total":8154,"sent_per_second":20.1,"send_failed_total":7,
        "consumed_total":16274,"consumed_per_second":40.2,"failed_total":1,"retries_total":0},
        "lag":{"total":3,"partitions":[
        {"group":"order-gateway-read-model-01a208ab-2d4b-7462-a68f-bd57fe5ff2bf",
        "topic":"inventory-events","partition":0,"position":123456789012,
        "end":123456789015,"lag":3,"lag_seconds":75.2},
        {"group":"order-service","topic":"order-events","partition":0,"position":2704,"end":2704,
        "lag":0,"lag_seconds":0}]},
        "dead_letters":{"total":7,"recent":[{"timestamp":"2026-11-23T12:50:17.004Z",
        "topic":"order-events","partition":2,"offset":1234,"event_type":"OrderCreated",
        "order_id":null,"error":"\\u001b[2J version 9.0 of OrderCreated is not known, and much more"}]},
        "producer":{"queue_messages":0,"queue_bytes":0},
        "read_model":{"hot_orders":8120,"hot_bytes":9870336,"hits_total":9270,"misses_total":8},
        "process":{"cpu_seconds_total":12.4,"resident_bytes":71303168,"open_descriptors":62},
        "samples":{"interval_seconds":1,"points":[]}}
        """.replacing("\n", with: "")

    @Test func `it fits into 80 columns and says all`() throws {
        let text = StatusText(try document(), now: try #require(now)).text
        for line in text.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
        #expect(
            text == """
                order-gateway 1.0.0 (5a1c0de5a1c0), up 1 h 0 min: NOT READY
                  kafka: unavailable for 11.0 s: the broker cannot be reached:
                    localhost:9092/bootstrap: Connect to ipv4#127.0.0.1:9092 failed: Connection
                    refused (_TRANSPORT)

                requests      42.5/s, 17410 in all, 1 active
                connections   3
                errors        7 of the server (1.65 % now), 12 of clients, 0 shed
                                          P50     P95      P99
                  POST /orders         2.1 ms  4.6 ms    1.3 s
                  GET /orders/{id}          -       -        -
                  order visible after  4.0 ms  9.1 ms  18.7 ms

                orders        20.1/s, 8120 accepted
                events sent   20.1/s, 8154 in all, 7 failed, 0 waiting
                  consumed    40.2/s, 16274 in all, 1 failed, 0 retries
                read model    8120 orders in memory
                process       68 MiB, 62 descriptors, 12.4 s of processor time

                dead letters  7
                  2026-11-23T12:50:17.004Z order-events/2/1234 OrderCreated
                    \\u001b[2J version 9.0 of OrderCreated is not known, and much more
                  … and 6 more: see order-gateway dead-letters list
                lag           3
                  order-gateway-read-model-01a208ab-2d4b-7462-a68f-bd57fe5ff2bf
                    TOPIC             PARTITION      POSITION           END  LAG       WAITS
                    inventory-events          0  123456789012  123456789015    3  1 min 15 s
                  order-service
                    TOPIC         PARTITION  POSITION   END  LAG  WAITS
                    order-events          0      2704  2704    0      -
                """
        )
    }

    @Test func `a gateway that is ready says since when`() throws {
        var document = try document()
        document.ready = true
        document.checks = [document.checks[0]]
        let lines = StatusText(document, now: try #require(now)).text.split(separator: "\n")
        #expect(lines[0].hasSuffix(": ready"))
        #expect(lines[1] == "  all parts since 2026-11-23T12:36:09.201Z")
    }

    @Test(arguments: [
        (0.0, "0.0 ms"), (0.00049, "0.5 ms"), (0.9994, "999.4 ms"), (1.25, "1.3 s"),
        (61, "1 min 1 s"), (7260, "2 h 1 min"), (180_000, "2 d 2 h"), (1e300, "-"), (.nan, "-"),
    ])
    func `a time has the unit that makes it readable`(_ seconds: Double, _ text: String) {
        #expect(StatusText.time(seconds) == text)
    }

    @Test func `a word that is longer than a line is cut`() {
        let lines = StatusText.wrapped(
            "a " + String(repeating: "b", count: 200) + " c",
            indent: "  ",
            next: "    "
        )
        #expect(lines.allSatisfy { $0.count <= 80 })
        #expect(lines.joined().filter { $0 == "b" }.count == 200)
        #expect(lines.last?.hasSuffix(" c") == true)
    }
}
