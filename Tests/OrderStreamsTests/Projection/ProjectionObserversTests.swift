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

    private final class Listener: ChangeListener {
        let changes = Mutex<[OrderID]>([])
        let isListening = true

        func changed(_ changes: [OrderChange]) {
            self.changes.withLock { $0 += changes.map(\.id) }
        }
    }

    @Test func `a consumed order is told and observed, and its commit is observed`()
        async throws
    {
        let flow = try EventFlowFixture()
        let recorder = Recorder()
        let listener = Listener()
        let id = EventFlowFixture.orderID(1)
        try await flow.withProjection(observer: recorder, listener: listener) { readModel in
            try await flow.publish(EventFlowFixture.created(id))
            try await eventually("the change") { listener.changes.withLock { $0 } == [id] }
            #expect(readModel.viewInMemory(of: id) != nil)
            try await eventually("the commit") { recorder.commits.withLock { $0 } == 1 }
        }
        #expect(recorder.visible.withLock { $0 } == [id])
        await flow.close()
    }
}
