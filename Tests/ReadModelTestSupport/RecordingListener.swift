package import Orders
internal import ReadModel
import Synchronization

/// A listener that keeps what it is told.
package final class RecordingListener: ChangeListener {
    private struct State {
        var isListening = false
        var looks = 0
        var listensAfterLooks: Int?
        var changes: [OrderChange] = []
    }

    private let state = Mutex(State())

    package init() {}

    package var isListening: Bool {
        get {
            state.withLock { state in
                defer { state.looks += 1 }
                if let first = state.listensAfterLooks, state.looks >= first { return true }
                return state.isListening
            }
        }
        set { state.withLock { $0.isListening = newValue } }
    }

    /// The number of questions whether it listens after which it does.
    package var listensAfterLooks: Int? {
        get { state.withLock { $0.listensAfterLooks } }
        set { state.withLock { $0.listensAfterLooks = newValue } }
    }

    package var changes: [OrderChange] { state.withLock { $0.changes } }

    package func changed(_ changes: [OrderChange]) { state.withLock { $0.changes += changes } }
}
