package import Orders
package import ReadModel
package import TestSupport

/// A read model in a place of its own, which can be opened again.
package final class Fixture<Place: StorePlace> {
    /// The parts that one process has.
    private struct Opened {
        let store: Place.Store
        let hotView: HotView
        let projector: Projector
    }

    package let place: Place
    package let clock = ManualClock()
    package let observer: (any ReadModelObserver)?
    package let listener = RecordingListener()
    private let hotBytes: Int
    private let limits: ProjectorLimits
    private var opened: Opened?

    package init(
        hotBytes: Int = 1 << 20,
        limits: ProjectorLimits = ProjectorLimits(),
        observer: (any ReadModelObserver)? = nil
    ) throws {
        place = try Place()
        self.hotBytes = hotBytes
        self.limits = limits
        self.observer = observer
        opened = try open()
    }

    private func open() throws -> Opened {
        let store = try place.open()
        let hotView = HotView(limitBytes: hotBytes)
        let projector = try Projector(
            store: BloomFilteredStore(store),
            hotView: hotView,
            limits: limits,
            observer: observer,
            listener: listener,
            now: { [clock] in clock.now }
        )
        return Opened(store: store, hotView: hotView, projector: projector)
    }

    private var current: Opened {
        guard let opened else { preconditionFailure("the read model is closed") }
        return opened
    }

    package var store: Place.Store { current.store }
    package var hotView: HotView { current.hotView }
    package var projector: Projector { current.projector }
    package var readModel: ReadModel {
        ReadModel(store: store, hotView: hotView, observer: observer)
    }

    /// Releases everything without committing, as a crash does.
    package func drop() { opened = nil }

    /// Releases everything without committing, and opens the store again.
    package func reopen() throws {
        drop()
        opened = try open()
    }

    package func setFull(_ isFull: Bool) throws { try place.setFull(isFull, store) }

    /// Applies those records of a log that have not been consumed.
    package func resume(_ records: [StreamRecord]) throws {
        let offsets = projector.offsets
        try projector.apply(records.filter { $0.offset >= offsets[$0.position] ?? 0 })
    }

    /// Commits if a commit is due, and waits until it is written.
    package func commitIfDue() throws -> Bool {
        let hasBegun = try projector.beginCommitIfDue()
        if hasBegun { try projector.commit() }
        return hasBegun
    }

    /// The order in the store.
    package func stored(_ id: OrderID) throws -> Order? { try store.orders([id])[id] }

    /// The status that a client reads; `nil` when it reads that there is no such order.
    package func status(_ id: OrderID) async throws -> String? {
        guard let view = try await readModel.view(of: id) else { return nil }
        return try JSONValue(parsing: view.json)["status"].string
    }
}

/// A place in memory.
package struct MemoryPlace: StorePlace {
    private let disk = MemoryDisk()

    package init() {}

    package func open() -> MemoryStore { MemoryStore(disk) }

    package func setFull(_ isFull: Bool, _ store: MemoryStore) { store.setFull(isFull) }
}
