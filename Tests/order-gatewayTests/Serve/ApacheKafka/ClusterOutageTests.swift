import Foundation
import TestSupport
import Testing

/// What three nodes of Apache Kafka keep while some of them are away: every order at most once, and
/// what was answered.
@Suite(.serialized, .enabled(if: KafkaBroker.isAvailable))
struct ClusterOutageTests {
    private enum Load {
        static let clients = 60
        static let rate = 50
        /// Accepted between the outages.
        static let accepted = 100
        /// Refused while nodes are paused: 20 seconds' worth, more than any request is waited for.
        static let refusedInPause = 20 * rate
        /// Refused while nodes are gone.
        static let refused = 8 * rate
        /// The producer's patience is two seconds shorter.
        static let requestTimeout = "3"
    }

    private static let topic = "order-events"

    @Test(.timeLimit(.minutes(4)))
    func `each order stands once whichever nodes are away, and readiness follows`() async throws {
        try await withKafka(KafkaSetup(nodes: 3)) { kafka in
            let folder = try TemporaryFolder()
            let flags = ["--request-timeout", Load.requestTimeout]
            try await withServe(kafka, dataDir: folder.path("data"), flags) { gateway in
                try await ReadinessWatch.run(on: gateway) { watch in
                    let load = try await OrderLoad.run(
                        on: gateway,
                        clients: Load.clients,
                        rate: Load.rate
                    ) { load in
                        try await outages(kafka, gateway, load, watch)
                    }
                    try await expectEachOnce(load, gateway)
                }
            }
        }
    }

    private func outages(
        _ kafka: KafkaBroker,
        _ gateway: GatewayProcess,
        _ load: OrderLoad,
        _ watch: ReadinessWatch
    ) async throws {
        try await acceptMore(load)
        let (first, second, third) = try await nodes(kafka)

        // Paused: the connections stay. The one that goes on leads a partition, and cannot write.
        var recoveries = watch.recoveries
        try kafka.pause(first)
        try kafka.pause(second)
        try await refuse(Load.refusedInPause, load)
        #expect(try await gateway.kafkaReason() != nil)
        kafka.resume(first)
        kafka.resume(second)
        try await gateway.waitForKafka(within: .seconds(60))
        try await acceptMore(load)
        try await expectOneRecovery(since: recoveries, watch)

        // Killed: the connections go.
        recoveries = watch.recoveries
        try await kafka.kill(first)
        try await kafka.kill(third)
        try await refuse(Load.refused, load)
        #expect(try await gateway.kafkaReason() != nil)
        async let one: Void = kafka.restart(first)
        async let other: Void = kafka.restart(third)
        _ = try await (one, other)
        try await gateway.waitForKafka(within: .seconds(60))
        try await acceptMore(load)
        try await expectOneRecovery(since: recoveries, watch)

        // A leader goes, and is missed by the topic until it is back.
        recoveries = watch.recoveries
        try await kafka.run(
            .configs,
            [
                "--alter", "--entity-type", "topics", "--entity-name", Self.topic,
                "--add-config", "min.insync.replicas=3",
            ]
        )
        let leader = try await nodes(kafka).first
        try await kafka.kill(leader)
        try await gateway.waitForKafka(
            saying: "min.insync.replicas is 3",
            within: .seconds(60)
        )
        let accepted = load.count(202)
        try await kafka.restart(leader)
        try await gateway.waitForKafka(within: .seconds(60))
        try await eventually("orders") { load.count(202) >= accepted + Load.accepted }
        try await expectOneRecovery(since: recoveries, watch)
    }

    /// The look-out is a moment behind.
    private func expectOneRecovery(since before: Int, _ watch: ReadinessWatch) async throws {
        try await eventually("a recovery") { watch.recoveries > before }
        #expect(watch.recoveries == before + 1, "\(watch.reasons)")
    }

    private func acceptMore(_ load: OrderLoad) async throws {
        let count = load.count(202) + Load.accepted
        try await eventually("\(Load.accepted) more orders") { load.count(202) >= count }
    }

    private func refuse(_ more: Int, _ load: OrderLoad) async throws {
        let count = load.count(503) + more
        try await eventually(within: .seconds(60), "\(more) more orders refused") {
            load.count(503) >= count
        }
    }

    /// The node that leads the topic's first partition, and the others.
    private func nodes(
        _ kafka: KafkaBroker
    ) async throws -> (first: Int, second: Int, third: Int) {
        let text = try await kafka.run(.topics, ["--describe", "--topic", Self.topic])
        let words = text.split(whereSeparator: \.isWhitespace)
        let label = try #require(words.firstIndex(of: "Leader:"))
        let leader = try #require(Int(words[label + 1]))
        let others = [1, 2, 3].filter { $0 != leader }
        return (leader, others[0], others[1])
    }

    private func expectEachOnce(_ load: OrderLoad, _ gateway: GatewayProcess) async throws {
        let records = try await gateway.kcat.records(in: Self.topic)
        let keys = records.compactMap(\.key)
        #expect(Set(keys).count == records.count, "an order stands twice")
        let events = try records.compactMap { try $0.json["event_id"].string }
        #expect(Set(events).count == records.count, "an event stands twice")
        let customers = Set(
            try records.compactMap { try $0.json["data"]["customer_id"].string }
        )
        #expect(customers.count == records.count)

        let told = load.told
        let accepted = told.filter { $0.value.status == 202 }
        #expect(Set(accepted.compactMap(\.value.id)).isSubset(of: Set(keys)), "an order is lost")
        let refused = told.filter { $0.value.status == 503 }
        #expect(customers.isDisjoint(with: refused.keys), "a refused order was placed")
        let others = told.values.filter { ![202, 503, 504].contains($0.status) }
        #expect(others.isEmpty, "\(others.first?.text ?? "")")
        let known = told.filter { $0.value.status == 202 || $0.value.status == 504 }
        #expect(customers.isSubset(of: known.keys))
    }
}
