import Orders
import ReadModel
import TestSupport
import Testing

private let orderCount = 60

/// What the fold alone makes of the records.
private func folded(_ records: [StreamRecord]) -> [OrderID: Order] {
    var orders: [OrderID: Order] = [:]
    for record in records {
        guard case .success(.event(let event)) = record.event else { continue }
        let id = event.payload.orderID
        _ = orders[id, default: Order(id: id)].fold(event, from: record.place)
    }
    return orders
}

private func everything(_ store: any OrderStore) throws -> [OrderID: Order] {
    try store.orders((0..<orderCount).map { orderID($0) })
}

// However records are batched, committed and interleaved, the same orders come out.
extension StoreProperty {
    static var projection: [StoreProperty] {
        [batches, crashes, resumption]
    }

    private static var batches: StoreProperty {
        StoreProperty("the projector's batches and commits do not matter") { _ in
            try withSeededGenerator { generator in
                for _ in 0..<6 {
                    let log = RandomEvents.log(
                        orders: orderCount,
                        events: 400,
                        using: &generator
                    )
                    // From all orders in memory to hardly any.
                    let hotBytes = [1 << 20, 16 * 2_000, 0].randomElement(using: &generator) ?? 0
                    let fixture = try Fixture<Place>(hotBytes: hotBytes)
                    var rest = RandomEvents.interleaved(log.records, using: &generator)[...]
                    while !rest.isEmpty {
                        let batch = rest.prefix(Int.random(in: 1...80, using: &generator))
                        rest = rest.dropFirst(batch.count)
                        try fixture.projector.apply(Array(batch))
                        if Bool.random(using: &generator) { try fixture.projector.commit() }
                    }
                    try fixture.projector.commit()
                    #expect(try everything(fixture.store) == folded(log.records))
                    #expect(try fixture.store.offsets() == log.end)
                    #expect(fixture.projector.statistics.skipped == 0)
                }
            }
        }
    }

    private static var crashes: StoreProperty {
        StoreProperty("the projector's crashes do not matter") { _ in
            try await withSeededGenerator { generator in
                for _ in 0..<4 {
                    let log = RandomEvents.log(
                        orders: orderCount,
                        events: 300,
                        using: &generator
                    )
                    let fixture = try Fixture<Place>(hotBytes: 16 * 2_000)
                    try crash(fixture, log, using: &generator)
                    let expected = folded(log.records)
                    #expect(try everything(fixture.store) == expected)
                    for (id, order) in expected {
                        let view = try await fixture.readModel.view(of: id)
                        #expect(view?.etag == OrderView(order)?.etag, "\(order)")
                    }
                }
            }
        }
    }

    /// Projects a log with crashes in between.
    private static func crash(
        _ fixture: Fixture<Place>,
        _ log: EventLog,
        using generator: inout SeededGenerator
    ) throws {
        var crashes = 0
        var batches = 0
        while fixture.projector.offsets != log.end {
            batches += 1
            try #require(batches < 10_000, "the projection does not end")
            let offsets = fixture.projector.offsets
            // The broker may deliver again what it delivered shortly before.
            let overlap = Int64.random(in: 0...5, using: &generator)
            let rest = log.records.filter {
                $0.offset >= (offsets[$0.position] ?? 0) - overlap
            }
            let batch = RandomEvents.interleaved(rest, using: &generator)
                .prefix(Int.random(in: 1...60, using: &generator))
            try fixture.projector.apply(Array(batch))
            switch Int.random(in: 0..<6, using: &generator) {
            case 0 where crashes < 20:
                crashes += 1
                try fixture.reopen()
            case 1, 2, 3: try fixture.projector.commit()
            default: break
            }
        }
        try fixture.projector.commit()
        try fixture.reopen()
    }

    private static var resumption: StoreProperty {
        StoreProperty("after a crash the stored offsets lead to the same orders") { _ in
            var log = EventLog()
            for number in 0..<50 { log.append(created(orderID(number))) }
            let fixture = try Fixture<Place>()
            try fixture.projector.apply(log.records)
            try fixture.projector.commit()
            let committed = log.end
            for number in 0..<50 { log.append(reserved(orderID(number))) }
            try fixture.resume(log.records)
            try fixture.reopen()
            #expect(fixture.projector.offsets == committed)
            #expect(try fixture.stored(orderID(7))?.status == .pending)
            try fixture.resume(log.records)
            #expect(fixture.projector.statistics.applied == 50)
            try fixture.projector.commit()
            #expect(try everything(fixture.store) == folded(log.records))
        }
    }
}
