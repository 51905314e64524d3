import Synchronization

/// Limits the number of clusters that run at once, because each node is a Java process and tests
/// run in parallel.
final class ClusterPlaces: Sendable {
    static let shared = ClusterPlaces()

    /// The number of nodes that two cores can start in time: two clusters of one node, or one of
    /// three.
    private static let count = 2

    private struct State {
        var free = ClusterPlaces.count
        /// The queue in order of arrival, so that a cluster of three nodes is not postponed for
        /// ever.
        var waiting: [(places: Int, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let state = Mutex(State())

    /// Waits until there is room for a cluster.
    func take(nodes: Int) async {
        let places = Self.places(nodes)
        await withCheckedContinuation { continuation in
            update { $0.waiting.append((places, continuation)) }
        }
    }

    func give(nodes: Int) {
        update { $0.free += Self.places(nodes) }
    }

    private static func places(_ nodes: Int) -> Int { min(nodes, count) }

    /// Changes the state, and admits the waiting clusters that now have space.
    private func update(_ change: (inout State) -> Void) {
        let admitted = state.withLock { state in
            change(&state)
            var admitted: [CheckedContinuation<Void, Never>] = []
            while let first = state.waiting.first, first.places <= state.free {
                state.waiting.removeFirst()
                state.free -= first.places
                admitted.append(first.continuation)
            }
            return admitted
        }
        for continuation in admitted { continuation.resume() }
    }
}
