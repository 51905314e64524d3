internal import OrderStreams
internal import ReadModel
internal import SQLiteStore
internal import Telemetry

/// Checks at intervals whether other processes have changed the read model's files or hold its log
/// back, and whether its disk has room.
struct StoreWatch: Service {
    enum Limits {
        /// The time between two checks.
        static let interval = Duration.seconds(2)
    }

    let name = "store watch"

    private let store: SQLiteOrderStore
    private let status: ReadModelStatus
    private let disk: DiskWatch
    private let logger: Logger
    private let interval: Duration

    init(
        store: SQLiteOrderStore,
        status: ReadModelStatus,
        disk: DiskWatch,
        interval: Duration = Limits.interval,
        logger: Logger
    ) {
        self.store = store
        self.status = status
        self.disk = disk
        self.interval = interval
        self.logger = logger
    }

    func run() async throws {
        // The check blocks for as long as the disk does not respond.
        try await withTaskExecutorPreference(BlockingExecutor(name: name)) {
            var isHeldBack = false
            var isShort = false
            while true {
                status.note(store.fileTrouble?.description)
                lookAtLog(&isHeldBack)
                disk.look(&isShort)
                try await Task.sleep(for: interval)
            }
        }
    }

    /// Warns once when a reader begins to hold the write-ahead log back, and logs once when this is
    /// over.
    private func lookAtLog(_ wasHeldBack: inout Bool) {
        let bytes: Int?
        do throws(StoreError) {
            bytes = try store.heldBackLog()
        } catch {
            // The projection reports that the store cannot be used.
            return
        }
        defer { wasHeldBack = bytes != nil }
        if let bytes, !wasHeldBack {
            logger.warning(
                "a reader holds the write-ahead log back, which grows until it ends: look for a"
                    + " program that has the database open, such as a backup or sqlite3",
                metadata: ["bytes": "\(bytes)"]
            )
        } else if bytes == nil, wasHeldBack {
            logger.notice("no reader holds the write-ahead log back any more")
        }
    }
}
