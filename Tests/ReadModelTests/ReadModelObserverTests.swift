import Orders
import ReadModelTestSupport
import Synchronization
import TestSupport
import Testing

@testable import ReadModel

struct ReadModelObserverTests {
    private final class Recorder: ReadModelObserver {
        struct Record {
            var reads: [Bool] = []
            var visible: [[OrderID]] = []
            var commits: [WrittenCommit] = []
            var errors: [StoreError] = []
        }

        let record = Mutex(Record())

        func hotViewRead(isHit: Bool) { record.withLock { $0.reads.append(isHit) } }
        func becameVisible(_ events: [VisibleEvent]) {
            record.withLock { $0.visible.append(events.map(\.orderID)) }
        }
        func committed(_ commit: WrittenCommit) { record.withLock { $0.commits.append(commit) } }
        func storeFailed(_ error: StoreError) { record.withLock { $0.errors.append(error) } }
    }

    private let recorder = Recorder()
    private var log = EventLog()

    private var record: Recorder.Record { recorder.record.withLock { $0 } }

    private func fixture(hotBytes: Int = 1 << 20) throws -> Fixture<MemoryPlace> {
        try Fixture<MemoryPlace>(hotBytes: hotBytes, observer: recorder)
    }

    @Test mutating func `events are visible in their order, unless they changed nothing`() throws {
        let fixture = try fixture()
        log.append(created(orderID(1)))
        log.append(created(orderID(2)))
        log.append(reserved(orderID(1)))
        let repeated = log.append(created(orderID(2)))
        try fixture.projector.apply(log.records)
        #expect(record.visible == [[orderID(1), orderID(2), orderID(1)]])
        try fixture.projector.apply([repeated.republished(at: repeated.offset + 1)])
        #expect(record.visible.count == 1)
    }

    @Test mutating func `an order can be read when its event is told to be visible`() throws {
        final class Reader: ReadModelObserver {
            let hotView = Mutex<HotView?>(nil)
            let isReadable = Mutex<[Bool]>([])

            func becameVisible(_ events: [VisibleEvent]) {
                guard let view = hotView.withLock({ $0 }) else { return }
                let found = events.map { view.view(of: $0.orderID) != nil }
                isReadable.withLock { $0 += found }
            }
        }
        let reader = Reader()
        let fixture = try Fixture<MemoryPlace>(observer: reader)
        reader.hotView.withLock { $0 = fixture.hotView }
        log.append(created(orderID(1)))
        log.append(created(orderID(2)))
        try fixture.projector.apply(log.records)
        #expect(reader.isReadable.withLock { $0 } == [true, true])
    }

    @Test mutating func `a commit is told with its size and its duration`() throws {
        let fixture = try fixture()
        for number in 0..<3 { log.append(created(orderID(number))) }
        try fixture.projector.apply(log.records)
        #expect(record.commits.isEmpty)
        let clock = fixture.clock
        // The commit waits while the clock advances.
        try fixture.store.withoutWrites {
            clock.advance(by: .seconds(1))
            #expect(try fixture.projector.beginCommitIfDue())
            // The commit's thread has read the clock when it asks the store.
            try waitUntil("the commit to begin") { fixture.store.waitingWrites == 1 }
            clock.advance(by: .seconds(2))
        }
        try fixture.projector.commit()
        let commit = try #require(record.commits.first)
        #expect(record.commits.count == 1)
        #expect(commit.orders == 3)
        #expect(commit.bytes > 0)
        #expect(commit.duration == .seconds(2))
    }

    @Test mutating func `each read is a hit or a miss of the hot view`() async throws {
        let fixture = try fixture(hotBytes: 0)
        log.append(created(orderID(1)))
        try fixture.projector.apply(log.records)
        let readModel = fixture.readModel
        #expect(readModel.viewInMemory(of: orderID(1)) != nil)
        #expect(try await readModel.view(of: orderID(1)) != nil)
        #expect(record.reads == [true, true])
        try fixture.projector.commit()
        // The first look says nothing: the caller asks on.
        #expect(readModel.viewInMemory(of: orderID(1)) == nil)
        #expect(record.reads == [true, true])
        #expect(try await readModel.view(of: orderID(1)) != nil)
        #expect(try await readModel.view(of: orderID(2)) == nil)
        #expect(record.reads == [true, true, false, false])
    }

    @Test mutating func `trouble with the store is told where it happens`() async throws {
        let fixture = try fixture(hotBytes: 0)
        log.append(created(orderID(1)))
        try fixture.projector.apply(log.records)
        try fixture.setFull(true)
        #expect(throws: StoreError.self) { try fixture.projector.commit() }
        #expect(record.errors.count == 1)
        try fixture.setFull(false)
        try fixture.projector.commit()
        #expect(record.commits.count == 1)
        let readModel = fixture.readModel
        try fixture.store.close()
        await #expect(throws: StoreError.self) { try await readModel.view(of: orderID(1)) }
        log.append(reserved(orderID(1)))
        #expect(throws: StoreError.self) { try fixture.resume(log.records) }
        #expect(record.errors.count == 3)
    }
}
