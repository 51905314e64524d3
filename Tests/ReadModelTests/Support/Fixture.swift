import Orders
import TestSupport

@testable import ReadModel
import Text

/// A read model in a folder of its own, which can be opened again.
final class Fixture {
    /// What one process has of it.
    private final class Opened {
        let store: OrderStore
        let hotView: HotView
        let projector: Projector

        init(_ folder: String, _ hotBytes: Int, _ limits: ProjectorLimits) throws {
            store = try OrderStore(folder: folder)
            hotView = HotView(limitBytes: hotBytes)
            projector = try Projector(store: store, hotView: hotView, limits: limits)
        }
    }

    let folder: TemporaryFolder
    private let hotBytes: Int
    private let limits: ProjectorLimits
    private var opened: Opened?

    init(hotBytes: Int = 1 << 20, limits: ProjectorLimits = ProjectorLimits()) throws {
        folder = try TemporaryFolder()
        self.hotBytes = hotBytes
        self.limits = limits
        opened = try Opened(folder.path, hotBytes, limits)
    }

    private var current: Opened {
        guard let opened else { preconditionFailure("the read model is closed") }
        return opened
    }

    var store: OrderStore { current.store }
    var hotView: HotView { current.hotView }
    var projector: Projector { current.projector }
    var readModel: ReadModel { ReadModel(store: store, hotView: hotView) }
    var databasePath: String { folder.path(OrderStore.fileName) }

    /// Lets go of everything without committing, as a crash does.
    func drop() { opened = nil }

    /// Lets go of everything without committing, and opens the folder again.
    func reopen() throws {
        drop()
        opened = try Opened(folder.path, hotBytes, limits)
    }

    /// Applies the records of a log from the offsets on at which consumption resumes.
    func resume(_ records: [StreamRecord]) throws {
        let offsets = projector.offsets
        try projector.apply(records.filter { $0.offset >= offsets[$0.position] ?? 0 })
    }

    /// Commits if that is due, and waits until it is done.
    func commitIfDue(now: ContinuousClock.Instant) throws -> Bool {
        let hasBegun = try projector.beginCommitIfDue(now: now)
        if hasBegun { try projector.commit() }
        return hasBegun
    }

    /// The order on disk.
    func stored(_ id: OrderID) throws -> Order? { try store.orders([id])[id] }

    /// The status that a client is told, or `nil` when it is told that there is no such order.
    func status(_ id: OrderID) async throws -> String? {
        guard let view = try await readModel.view(of: id) else { return nil }
        return try JSONValue(parsing: view.json)["status"].string
    }
}

/// Runs the `sqlite3` command line on a database and returns what it prints.
func sqlite3(_ path: String, _ statement: String) async throws -> String {
    let ending = try await ChildProcess.run("sqlite3", [path, statement])
    guard ending.exitCode == 0 else { throw SupportError("sqlite3: \(ending.errorOutput)") }
    return ending.text
}
