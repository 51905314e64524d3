import Synchronization

/// The process that currently plays a part.
final class ProcessSlot: Sendable {
    private let process = Mutex<ChildProcess?>(nil)

    var current: ChildProcess? {
        get { process.withLock { $0 } }
        set { process.withLock { $0 = newValue } }
    }
}
