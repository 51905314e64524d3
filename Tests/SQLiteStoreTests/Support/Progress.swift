import Synchronization

/// What several threads of a test have done so far, counted by name.
final class Progress: Sendable {
    private let counts = Mutex<[String: Int]>([:])

    subscript(_ name: String) -> Int { counts.withLock { $0[name, default: 0] } }

    /// Counts one more and returns how many there are.
    @discardableResult
    func note(_ name: String) -> Int {
        counts.withLock {
            $0[name, default: 0] += 1
            return $0[name, default: 0]
        }
    }
}
