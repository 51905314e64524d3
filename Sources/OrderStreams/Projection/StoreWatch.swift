package import ReadModel
package import Telemetry

/// Looks now and then at what others may do to the read model's files.
package struct StoreWatch: Sendable {
    package enum Limits {
        /// Between looks.
        static let interval = Duration.seconds(2)
    }

    package let name = "store watch"

    private let store: OrderStore
    private let status: ReadModelStatus
    private let logger: Logger
    private let interval: Duration

    package init(
        store: OrderStore,
        status: ReadModelStatus,
        interval: Duration = Limits.interval,
        logger: Logger
    ) {
        self.store = store
        self.status = status
        self.interval = interval
        self.logger = logger
    }

    package func run() async throws {
        // The disk may hang.
        try await withTaskExecutorPreference(BlockingExecutor(name: name)) {
            var isHeldBack = false
            while true {
                status.note(store.fileTrouble)
                lookAtLog(&isHeldBack)
                try await Task.sleep(for: interval)
            }
        }
    }

    /// Warns once of each time during which a reader holds the write-ahead log back.
    private func lookAtLog(_ wasHeldBack: inout Bool) {
        let bytes: Int?
        do throws(StoreError) {
            bytes = try store.heldBackLog()
        } catch {
            // Who writes says so.
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
