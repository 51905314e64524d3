import Synchronization

/// A reference to the current process, which may be replaced.
final class ProcessSlot: Sendable {
    private let process = Mutex<ChildProcess?>(nil)

    var current: ChildProcess? {
        get { process.withLock { $0 } }
        set { process.withLock { $0 = newValue } }
    }
}
