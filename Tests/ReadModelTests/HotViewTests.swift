import Orders
import ReadModelTestSupport
import TestSupport
import Testing
import Text

@testable import ReadModel

struct HotViewTests {
    /// Room for three orders in each shard.
    private static let threeEach = 16 * 4_000

    /// The place of every event of these tests that do not ask for it.
    private let place = RecordPlace(topic: EventLog.orderEvents, partition: 0, offset: 7)
    private var log = EventLog()

    /// Orders that share a shard.
    private func sameShard(_ number: Int) -> OrderID { orderID(16 * number) }

    @Test mutating func `the limit is kept after a commit`() async throws {
        let fixture = try Fixture<MemoryPlace>(hotBytes: Self.threeEach)
        for number in 0..<500 { log.append(created(orderID(number))) }
        try fixture.projector.apply(log.records)
        #expect(fixture.hotView.count == 500)
        #expect(fixture.hotView.bytes > Self.threeEach)
        try fixture.projector.commit()
        #expect(fixture.hotView.bytes <= Self.threeEach)
        #expect((16..<500).contains(fixture.hotView.count))
        // Those that were given up are on disk.
        for number in 0..<500 { #expect(try await fixture.status(orderID(number)) == "pending") }
    }

    @Test mutating func `what was touched longest ago is given up first`() throws {
        let fixture = try Fixture<MemoryPlace>(hotBytes: Self.threeEach)
        for number in 0..<10 { log.append(created(sameShard(number))) }
        try fixture.projector.apply(log.records)
        try fixture.projector.commit()
        let kept = (0..<10).filter { fixture.hotView.view(of: sameShard($0)) != nil }
        #expect(kept == Array((10 - kept.count)..<10))
        #expect((1..<10).contains(kept.count))
    }

    @Test func `what is given up makes room for others`() throws {
        let view = HotView(limitBytes: Self.threeEach)
        var changes: [HotChange] = []
        for number in 0..<100 {
            for payload in [created(sameShard(number)), reserved(sameShard(number))] {
                let event = event(payload, number: 1, at: 5)
                let change = try #require(view.fold(event, from: place, among: [:]))
                if change.isFirst { changes.append(change) }
            }
            guard number % 4 == 3 else { continue }
            #expect(view.collect(changes).map(\.id) == changes.map(\.id))
            changes.removeAll()
            view.trim()
            #expect((1...3).contains(view.count))
            #expect(view.order(sameShard(number))?.order.status == .confirmed)
            #expect(view.find(sameShard(number - 3)) == nil)
        }
        #expect(view.placeCount <= 7)
    }

    /// A model of the hot view, and every way in which orders come and go.
    @Test func `the view has the orders of a model, in the same sequence`() throws {
        try withSeededGenerator { generator in
            let limit = 16 * 6_000
            let view = HotView(limitBytes: limit)
            var model: [Order] = []
            var most = 0
            var changes: [HotChange] = []
            for _ in 0..<20_000 {
                let id = sameShard(Int.random(in: 0..<60, using: &generator))
                let payload = RandomEvents.payload(id, using: &generator)
                let time = Int64.random(in: 0..<50, using: &generator)
                let event = event(payload, number: 1, at: time)
                let known = model.firstIndex { $0.id == id }
                var order = known.map { model[$0] } ?? Order(id: id)
                let hasChanged = order.fold(event, from: place)
                let change =
                    if let number = view.find(id), Bool.random(using: &generator) {
                        view.fold(event, from: place, into: number)
                    } else {
                        view.fold(event, from: place, among: [:])
                    }
                #expect((change != nil) == hasChanged)
                if let change, change.isFirst { changes.append(change) }
                if hasChanged || known == nil {
                    if let known { model.remove(at: known) }
                    model.append(order)
                }
                #expect(view.order(id)?.order == order)
                most = max(most, view.count)
                guard Int.random(in: 0..<20, using: &generator) == 0 else { continue }
                let states = changes.map(\.id).map { id in model.first { $0.id == id } }
                #expect(view.collect(changes).map(Optional.some) == states)
                changes.removeAll()
                view.trim()
                #expect(view.bytes <= limit / 16)
                model.removeFirst(model.count - view.count)
                for number in 0..<60 {
                    let order = model.first { $0.id == sameShard(number) }
                    #expect(view.order(sameShard(number))?.order == order)
                }
            }
            // What is given up makes room for what comes.
            #expect(view.placeCount == most)
        }
    }

    @Test mutating func `an order that changes again stays`() throws {
        let fixture = try Fixture<MemoryPlace>(hotBytes: Self.threeEach)
        for number in 0..<10 { log.append(created(sameShard(number))) }
        log.append(reserved(sameShard(0)))
        try fixture.projector.apply(log.records)
        try fixture.projector.commit()
        #expect(fixture.hotView.view(of: sameShard(0)) != nil)
        #expect(fixture.hotView.view(of: sameShard(1)) == nil)
    }

    @Test mutating func `nothing that is not written is given up`() throws {
        let fixture = try Fixture<MemoryPlace>(hotBytes: 0)
        for number in 0..<400 { log.append(created(orderID(number))) }
        try fixture.projector.apply(log.records)
        try fixture.setFull(true)
        #expect(throws: StoreError.self) { try fixture.projector.commit() }
        #expect(fixture.hotView.count == 400)
        try fixture.setFull(false)
        try fixture.projector.commit()
        #expect(fixture.hotView.count == 0)
        #expect(fixture.hotView.bytes == 0)
    }

    @Test mutating func `an event finds its order on disk`() async throws {
        let fixture = try Fixture<MemoryPlace>(hotBytes: 0)
        log.append(created(orderID(1)))
        try fixture.resume(log.records)
        try fixture.projector.commit()
        #expect(fixture.hotView.find(orderID(1)) == nil)
        log.append(reserved(orderID(1)))
        try fixture.resume(log.records)
        #expect(try await fixture.status(orderID(1)) == "confirmed")
        try fixture.projector.commit()
        #expect(try await fixture.status(orderID(1)) == "confirmed")
    }

    @Test func `an order is counted with its view, whether that has been asked for or not`() throws
    {
        var plain = 0
        try withSeededGenerator { generator in
            for number in 0..<500 {
                var order = HotOrder(RandomEvents.order(orderID(number), using: &generator))
                let bytes = order.bytes
                let json = order.view()?.json ?? []
                #expect(order.bytes >= HotOrder.Size.order + 2 * json.count)
                // More only when there is something that has to be escaped.
                let isEscaped = json.contains(UInt8(ascii: "\\"))
                #expect(order.bytes == bytes || isEscaped)
                if !isEscaped { plain += 1 }
            }
        }
        #expect(plain > 0)
    }

    @Test func `the memory of an order's place is counted`() {
        // The place and the bucket, and the headers of the content, the view, the tag and the texts.
        let others = 56 + 16 + 8 * 32
        #expect(HotOrder.Size.order >= MemoryLayout<HotOrder>.stride + others)
    }

    @Test func `the bytes are those of the orders that are here`() throws {
        let view = HotView(limitBytes: 1 << 18)
        let emptyBytes = HotOrder(Order(id: orderID(0))).bytes
        try withSeededGenerator { generator in
            var changes: [HotChange] = []
            for _ in 0..<2_000 {
                let id = orderID(Int.random(in: 0..<400, using: &generator))
                let payload = RandomEvents.payload(id, using: &generator)
                let change = view.fold(
                    event(payload, number: 1, at: 5),
                    from: place,
                    among: [:]
                )
                if let change, change.isFirst { changes.append(change) }
                if Bool.random(using: &generator) { _ = view.view(of: id) }
                if Int.random(in: 0..<50, using: &generator) == 0 {
                    _ = view.collect(changes)
                    changes.removeAll()
                    view.trim()
                }
                let bytes = (0..<400).compactMap { view.order(orderID($0))?.bytes }.reduce(0, +)
                #expect(view.bytes == bytes)
                // Free places keep nothing of the orders that were there.
                let free = view.placeCount - view.count
                #expect(view.placeBytes == bytes + free * emptyBytes)
            }
            #expect(view.count < 400)
        }
    }

    @Test func `a reader never sees an order go back`() async throws {
        let store = MemoryStore()
        let hotView = HotView(limitBytes: Self.threeEach)
        let readModel = ReadModel(store: store, hotView: hotView)
        let numbers = 0..<120
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                let projector = try Projector(store: store, hotView: hotView, now: { .now })
                var log = EventLog()
                for make in [created(_:), reserved(_:), cancelled(_:)] {
                    for number in numbers {
                        try projector.apply([log.append(make(orderID(number)))])
                        if number % 10 == 9 { try projector.commit() }
                        await Task.yield()
                    }
                }
            }
            for _ in 0..<2 {
                group.addTask {
                    let ranks = [nil, "pending", "confirmed", "cancelled"]
                    var seen: [Int: Int] = [:]
                    try await eventually(within: .seconds(120), "all orders to be cancelled") {
                        for number in numbers {
                            let view = try await readModel.view(of: orderID(number))
                            let status = try view.map {
                                try JSONValue(parsing: $0.json)["status"].string
                            }
                            let rank = try #require(ranks.firstIndex(of: status ?? nil))
                            try #require(rank >= seen[number] ?? 0)
                            seen[number] = rank
                        }
                        return numbers.allSatisfy { seen[$0] == 3 }
                    }
                }
            }
            try await group.waitForAll()
        }
    }
}

private func created(_ id: OrderID) -> EventPayload { created(id, customerID: "customer-1") }
