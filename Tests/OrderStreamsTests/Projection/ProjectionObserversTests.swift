import Orders
import ReadModel
import Synchronization
import TestSupport
import Testing

@testable import OrderStreams

/// What the projection passes on to those who watch the read model.
struct ProjectionObserversTests {
    private final class Recorder: ReadModelObserver {
        let visible = Mutex<[OrderID]>([])
        let commits = Mutex(0)

        func becameVisible(_ events: [VisibleEvent]) {
            visible.withLock { $0 += events.map(\.orderID) }
        }

        func committed(_ commit: WrittenCommit) { commits.withLock { $0 += commit.orders } }
    }

    @Test func `a consumed order is announced and observed, and its commit is observed`()
        async throws
    {
        let flow = try EventFlowFixture()
        let recorder = Recorder()
        let announcer = ChangeAnnouncer()
        var changes = announcer.subscribe().makeAsyncIterator()
        let id = EventFlowFixture.orderID(1)
        try await flow.withProjection(observer: recorder, announcer: announcer) { readModel in
            try await flow.publish(EventFlowFixture.created(id))
            #expect(await changes.next() == [id])
            #expect(readModel.viewInMemory(of: id) != nil)
            try await eventually("the commit") { recorder.commits.withLock { $0 } == 1 }
        }
        #expect(recorder.visible.withLock { $0 } == [id])
        await flow.close()
    }
}
