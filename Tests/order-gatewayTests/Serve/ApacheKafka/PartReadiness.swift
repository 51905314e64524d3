import TestSupport
import Testing

extension GatewayProcess {
    /// What readiness says of a part, such as `saga`; `nil` when all is well.
    func reason(of part: String) async throws -> String? {
        let check = try await get("/readyz").json["checks"][part]
        return check["status"] == "ok" ? nil : check["reason"].string ?? ""
    }

    /// Waits until readiness says all of something of each of some parts, and is lost.
    func waitFor(
        _ parts: [String],
        saying words: [String],
        within limit: Duration = .seconds(30)
    ) async throws {
        var last: [String: String?] = [:]
        do {
            try await eventually(within: limit, "\(parts): \(words)") {
                let reply = try await get("/readyz")
                for part in parts {
                    last[part] = try reply.json["checks"][part]["reason"].string
                }
                return reply.status == 503
                    && parts.allSatisfy { part in
                        let reason = last[part].flatMap(\.self) ?? ""
                        return words.allSatisfy { reason.contains($0) }
                    }
            }
        } catch {
            throw SupportError("\(error), but: \(last)")
        }
    }

    /// Places orders of which every third is out of stock, and waits until all are confirmed or
    /// cancelled.
    func expectOutcomes(of orders: Int, within limit: Duration = .seconds(30)) async throws {
        var ids: [String] = []
        for number in 0..<orders { ids.append(try await place(Self.order(number))) }
        try await expectOutcomes(of: ids, within: limit)
    }

    /// Waits until orders are confirmed or, every third of them, cancelled.
    func expectOutcomes(of ids: [String], within limit: Duration = .seconds(30)) async throws {
        for (number, id) in ids.enumerated() {
            let status = number % 3 == 1 ? "cancelled" : "confirmed"
            try await view(of: id, within: limit) { $0["status"].string == status }
        }
    }

    /// An order that is out of stock when its number says so.
    static func order(_ number: Int) -> String {
        let product = number % 3 == 1 ? "out-of-stock-\(number)" : "p-\(number)"
        return OrderText.order(customer: "c-\(number)", product: product)
    }

    /// Asks it to stop, and expects that it ends as asked and in time.
    func expectStop(within limit: Duration = .seconds(10)) async throws {
        let start = ContinuousClock.now
        #expect(try await stop() == 0, "\(process.report)")
        #expect(ContinuousClock.now - start < limit)
    }
}

/// What a group has of a partition, as Kafka's tool shows it.
struct GroupLine {
    let topic: String
    let partition: Int
    /// `nil` where nothing is committed.
    let committed: Int?
    let end: Int?
    /// `nil` where no member has it.
    let member: String?
}

extension KafkaBroker {
    /// What a group has; empty when there is no such group.
    func group(_ name: String) async throws -> [GroupLine] {
        try await run(.groups, ["--describe", "--group", name])
            .split(separator: "\n")
            .compactMap { line in
                let columns = line.split(separator: " ").map(String.init)
                guard columns.count >= 7, columns[0] == name, let partition = Int(columns[2]) else {
                    return nil
                }
                return GroupLine(
                    topic: columns[1],
                    partition: partition,
                    committed: Int(columns[3]),
                    end: Int(columns[4]),
                    member: columns[6] == "-" ? nil : columns[6]
                )
            }
    }

    /// The groups of replicas.
    func readModelGroups() async throws -> [String] {
        try await run(.groups, ["--list"]).split(separator: "\n").map(String.init)
            .filter { $0.hasPrefix("order-gateway-read-model-") }
    }
}
