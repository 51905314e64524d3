internal import Telemetry

/// Reports to readiness whether the disk of the read model has room, before it is full.
struct DiskWatch: Sendable {
    enum Limits {
        /// The free bytes below which the gateway is not ready, unless it is told otherwise.
        ///
        /// It is four times the longest write-ahead log, which has to be copied into the database
        /// before it is used again. So SQLite can still commit for a while.
        static let freeBytes = 256 * 1024 * 1024
        /// The share by which more has to be free to be ready again, so that readiness does not
        /// change all the time.
        static let recovery = 10
    }

    let folder: String
    let minimum: Int
    let health: Health
    let logger: Logger
    /// Reads the free bytes; `nil` if they cannot be read.
    var free: @Sendable (String) -> Int? = DiskSpace.free

    /// - Parameter isShort: Whether too little was free at the last look.
    func look(_ isShort: inout Bool) {
        guard minimum > 0 else {
            health.succeed(.disk)
            return
        }
        guard let bytes = free(folder) else {
            guard health.fail(.disk, "the free space of \(folder) cannot be read") else { return }
            logger.warning(
                "the disk does not tell its free space: look at the folder and its file system",
                metadata: ["folder": folder, "help": Health.Part.disk.help]
            )
            return
        }
        let needed = isShort ? minimum + minimum / Limits.recovery : minimum
        let wasShort = isShort
        isShort = bytes < needed
        if isShort {
            report("less than \(minimum) bytes are free on the disk of \(folder)", bytes: bytes)
        } else if health.succeed(.disk), wasShort {
            logger.notice("the disk has room again", metadata: ["free_bytes": "\(bytes)"])
        }
    }

    private func report(_ reason: String, bytes: Int) {
        guard health.fail(.disk, reason) else { return }
        logger.warning(
            "the disk is almost full: free space before commits fail",
            metadata: [
                "reason": reason, "free_bytes": "\(bytes)", "help": Health.Part.disk.help,
            ]
        )
    }
}
