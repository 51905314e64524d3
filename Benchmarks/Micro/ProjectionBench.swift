import Foundation
import OrderGateway
import OrderStreams
import ReadModel
import SQLiteStore
import Text

@testable import Orders

/// The way of consumed events into the read model: from a record's bytes to the view that can be
/// read, and to the rows of the database.
final class ProjectionBench {
    private enum Size {
        /// The records of one poll, as under load.
        static let batch = 64
        /// The orders of one commit: what 20,000 orders a second make in 200 ms.
        static let group = 63 * batch
        /// Small, so that orders leave the hot view as fast as they come.
        static let hotViewBytes = 4 << 20
    }

    private static let group = "projection"

    private let projector: Projector
    private let tally = EventTally()
    private let observer: any StreamObserver
    private let database: SQLiteOrderStore
    private let random = RandomSource()
    /// The memory of a poll's records, which stands for that of librdkafka.
    private let memory: [UnsafeMutableRawBufferPointer]
    /// The place of the order's ID in each record.
    private let idStart: Int
    /// An order as its creation makes it.
    private let order: Order
    @exclusivity(unchecked) private var offset: Int64 = 0
    @exclusivity(unchecked) private var id: OrderID

    /// - Parameters:
    ///   - event: The event of an order's creation.
    ///   - folder: An existing folder without a database.
    ///   - metrics: Observe the projection, as in a gateway that serves.
    init(_ event: Event, folder: String, _ metrics: Metrics) throws {
        observer = metrics.streams.observer(
            of: Self.group,
            topics: ProjectionService.topics,
            countsFailures: true
        )
        var limits = ProjectorLimits()
        limits.orders = Size.group
        limits.interval = .seconds(3600)
        projector = try Projector(
            store: try BloomFilteredStore(NoStore()),
            hotView: HotView(limitBytes: Size.hotViewBytes),
            limits: limits,
            observer: metrics.readModel,
            now: { .now }
        )
        database = try SQLiteOrderStore(folder: folder)
        let bytes = event.encoded()
        id = event.payload.orderID
        let key = Array(#""order_id":""#.utf8)
        guard let start = bytes.indices.first(where: { bytes[$0...].starts(with: key) })
        else { preconditionFailure("the event has no order") }
        idStart = start + key.count
        var order = Order(id: event.payload.orderID)
        let place = RecordPlace(topic: EventTopics.orders, partition: 2, offset: 1_000_000)
        precondition(order.fold(event, from: place), "no order was created")
        self.order = order
        memory = (0..<Size.batch).map { _ in
            let record = UnsafeMutableRawBufferPointer.allocate(
                byteCount: bytes.count,
                alignment: 1
            )
            record.copyBytes(from: bytes)
            return record
        }
        // The hot view grows to its full size, and is trimmed.
        for _ in 0..<2 { try applyGroup() }
    }

    func close() throws {
        try database.close()
        for record in memory { record.deallocate() }
    }

    var benchmarks: [Benchmark] {
        [
            Benchmark(
                "a whole projected event, the database excepted",
                size: Size.group,
                countsPerRun: Size.group,
                allocationLimit: 1.1,
                instructionLimit: 8_410
            ) {
                [self] in
                try applyGroup()
            },
            Benchmark(
                "a whole projected event, in batches of three partitions",
                size: Size.group,
                countsPerRun: Size.group,
                allocationLimit: 1.1,
                instructionLimit: 8_480
            ) {
                [self] in
                try applyGroup(partitions: 3)
            },
            Benchmark(
                "storing an order, among \(Size.group) in a commit",
                size: Size.group,
                countsPerRun: Size.group,
                allocationLimit: 0.7,
                instructionLimit: 13_300
            ) {
                [self] in
                try store()
            },
        ]
    }

    /// Projects a group of batches and waits for its commit, so that each group finds the same
    /// orders in memory.
    private func applyGroup(partitions: Int = 1) throws {
        for _ in 0..<Size.group / Size.batch { try apply(partitions) }
        try projector.commit()
    }

    /// Projects a batch, and begins a commit when one is due, as the consumer does.
    private func apply(_ partitions: Int) throws {
        let records = memory.indices.map { index in
            let memory = memory[index]
            nextID()
            id.withText { text in
                UnsafeMutableRawBufferPointer(rebasing: memory[idStart...]).copyBytes(from: text)
            }
            defer { offset += 1 }
            return StreamRecord(
                topic: EventTopics.orders,
                partition: Int32(index * partitions / Size.batch),
                offset: offset,
                event: EventRegistry.standard.event(in: UnsafeRawBufferPointer(memory))
            )
        }
        tally.begin()
        tally.note(records)
        try projector.apply(records)
        tally.complete()
        observer.handled(tally, by: Self.group, in: .milliseconds(1))
        _ = try projector.beginCommitIfDue()
    }

    private func store() throws {
        let orders = (0..<Size.group).map { _ in
            nextID()
            var order = Order(id: id)
            order.creation = self.order.creation
            order.trail = self.order.trail
            return order
        }
        offset += 1
        try database.commit(
            orders: orders,
            offsets: [StreamPosition(topic: EventTopics.orders, partition: 0): offset]
        )
    }

    /// Takes the next ID, which is random but for its time: the generation of one costs more.
    private func nextID() {
        let mixed = (id.low &+ 0x9E37_79B9_7F4A_7C15) &* 0xBF58_476D_1CE4_E5B9
        id = OrderID(high: id.high &+ 1 << 12, low: mixed & ~(3 << 62) | 2 << 62)
    }
}

/// A store that keeps nothing.
private final class NoStore: OrderStore {
    func order(_ id: OrderID) async throws(StoreError) -> Order? { nil }
    func orders(_ ids: [OrderID]) throws(StoreError) -> [OrderID: Order] { [:] }
    func orders(after id: OrderID?, limit: Int) throws(StoreError) -> [Order] { [] }
    func count() throws(StoreError) -> Int { 0 }
    func count(from id: OrderID) throws(StoreError) -> Int { 0 }
    func highestID() throws(StoreError) -> OrderID? { nil }
    func offsets() throws(StoreError) -> [StreamPosition: Int64] { [:] }
    func commit(
        orders: [Order],
        offsets: [StreamPosition: Int64]
    ) throws(StoreError) -> Int { 0 }
    func close() throws(StoreError) {}
}
