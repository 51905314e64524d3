import Foundation
import TestSupport
import Testing

/// What clients see while the broker is away.
@Suite(.serialized)
struct OutageTests {
    private enum Limits {
        static let requestTimeout = 3
        /// Scheduling, on a machine that runs other tests too.
        static let slack = Duration.seconds(3)
        static let clients = 4
        /// Accepted before the broker goes.
        static let orders = 200
        /// Bounds what noida-db has to keep.
        static let mostOrders = 4_000
    }

    @Test
    func `orders are refused while the broker is away and taken again afterwards`() async throws {
        try await withBroker { broker in
            let folder = try TemporaryFolder()
            let flags = ["--request-timeout", "\(Limits.requestTimeout)"]
            try await withServe(broker, dataDir: folder.path("data"), flags) { gateway in
                let before = try await gateway.place()
                let view = try await gateway.view(of: before)

                try await broker.stop()
                let start = ContinuousClock.now
                let refused = try await gateway.post(
                    OrderText.order(customer: "during"),
                    fields: [("X-Correlation-ID", "during-1")]
                )
                #expect(
                    ContinuousClock.now - start
                        < .seconds(Limits.requestTimeout) + Limits.slack
                )
                try expectUnavailable(refused)
                #expect(try await gateway.get("/orders/\(before)").body == view.body)
                #expect(try await gateway.get("/healthz").status == 200)
                try await eventually("the broker to be missed") {
                    try await gateway.get("/readyz").json["checks"]["kafka"]["reason"].string
                        != nil
                }
                let readiness = try await gateway.get("/readyz")
                #expect(readiness.status == 503)
                #expect(try readiness.json["checks"]["http"]["status"] == "ok")
                let missed = try await gateway.post(OrderText.order(customer: "missed"))
                try expectUnavailable(missed)

                try await broker.restart()
                try await gateway.waitForReadiness()
                let after = try await gateway.place(OrderText.order(customer: "after"))
                try await gateway.view(of: after)
                #expect(try await gateway.get("/orders/\(before)").body == view.body)

                // 503 means that it was not published (docs/operating.md), 504 that nobody knows: it may be
                // there, but once.
                let customers = try await gateway.kcat.records(in: "order-events")
                    .map { try $0.json["data"]["customer_id"] }
                for (customer, reply) in [("during", refused), ("missed", missed)] {
                    let most = reply.status == 503 ? 0 : 1
                    #expect(customers.count { $0 == .string(customer) } <= most)
                }
                #expect(customers.count { $0 == "after" } == 1)
            }
        }
    }

    /// What DESIGN §4 says of an order that could not be published.
    private func expectUnavailable(_ reply: HTTPReply) throws {
        let problem = try reply.json
        #expect(reply["Content-Type"] == "application/problem+json")
        #expect(problem["correlation_id"].string == reply["X-Correlation-ID"])
        switch reply.status {
        case 503:
            #expect(problem["retriable"] == true)
            #expect(reply["Retry-After"] != nil)
        case 504:
            #expect(problem["retriable"] == false)
            let id = problem["order_id"].string ?? ""
            #expect(reply["Location"] == "/orders/\(id)")
        default: Issue.record("\(reply.status) \(reply.text)")
        }
    }

    @Test
    func `a gateway that starts before its broker becomes ready when it comes`() async throws {
        try await withBroker { broker in
            try await broker.stop()
            let folder = try TemporaryFolder()
            let gateway = try await GatewayProcess.serve(
                brokers: broker.bootstrapServers,
                dataDir: folder.path("data"),
                ["--request-timeout", "\(Limits.requestTimeout)"]
            )
            #expect(try await gateway.get("/healthz").status == 200)
            let unknown = "01a20868-1723-7c41-9d3e-5b8f0a6c2e71"
            // It has not read the topics: who knows.
            #expect(try await gateway.get("/orders/\(unknown)").status == 503)
            let readiness = try await gateway.get("/readyz")
            #expect(readiness.status == 503)
            #expect(try readiness.json["checks"]["kafka"]["status"] == "unavailable")
            let refused = try await gateway.post(OrderText.first)
            #expect(refused.status == 503 || refused.status == 504)

            try await broker.restart()
            try await gateway.waitForReadiness()
            let id = try await gateway.place()
            try await gateway.view(of: id)
            #expect(try await gateway.stop() == 0, "\(gateway.process.report)")
        }
    }

    @Test
    func `a gateway and an inventory whose broker is away stop as asked`() async throws {
        try await withBroker { broker in
            let folder = try TemporaryFolder()
            let flags = ["--request-timeout", "\(Limits.requestTimeout)"]
            try await withServe(broker, dataDir: folder.path("data"), flags) { gateway in
                try await withInventory(broker) {
                    let id = try await gateway.place()
                    try await gateway.view(of: id) { $0["status"] == "confirmed" }
                    try await broker.stop()
                    try await gateway.waitForReadiness(503)
                }
            }
        }
    }

    @Test
    func `a gateway that loses its broker under load stops as asked`() async throws {
        try await withBroker { broker in
            let folder = try TemporaryFolder()
            let flags = ["--request-timeout", "\(Limits.requestTimeout)"]
            try await withServe(broker, dataDir: folder.path("data"), flags) { gateway in
                let accepted = AcceptedOrders()
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for client in 0..<Limits.clients {
                        group.addTask {
                            try await onThread { Self.post(to: gateway, as: client, accepted) }
                        }
                    }
                    try await eventually("orders") { accepted.ids.count >= Limits.orders }
                    try await broker.stop()
                    #expect(try await gateway.stop() == 0, "\(gateway.process.report)")
                    try await group.waitForAll()
                }
            }
        }
    }

    /// Posts until the broker or the gateway is gone.
    private static func post(
        to gateway: GatewayProcess,
        as number: Int,
        _ accepted: AcceptedOrders
    ) {
        let client = gateway.client()
        for order in 0..<Limits.mostOrders / Limits.clients {
            let json = OrderText.order(customer: "c-\(number)-\(order)")
            guard let reply = try? client.post("/orders", json: json), reply.status == 202,
                let id = try? reply.json["order_id"].string
            else { return }
            accepted.append(id)
        }
    }
}
