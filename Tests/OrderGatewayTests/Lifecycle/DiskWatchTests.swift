import Synchronization
import Telemetry
import TestSupport
import Testing

@testable import OrderGateway

/// A disk that fills up.
struct DiskWatchTests {
    private let health = Health(parts: [.disk])
    private let lines = LogLines()

    private func watch(
        minimum: Int = 1000,
        free: @escaping @Sendable (String) -> Int?
    ) -> DiskWatch {
        DiskWatch(
            folder: "/data",
            minimum: minimum,
            health: health,
            logger: Logger(label: "test", format: .text, sink: lines.sink),
            free: free
        )
    }

    @Test func `too little room is told once, and ends when a tenth more is free`() throws {
        let free = Mutex(1000)
        let watch = watch { folder in
            #expect(folder == "/data")
            return free.withLock { $0 }
        }
        var isShort = false
        func look(_ bytes: Int) -> HealthCheck? {
            free.withLock { $0 = bytes }
            watch.look(&isShort)
            return health.checks().first
        }
        #expect(look(1000)?.reason == nil)
        let short = try #require(look(999))
        #expect(short.reason == "less than 1000 bytes are free on the disk of /data")
        // The reason does not change with the room, and neither does the time.
        for bytes in [500, 0, 1000, 1099] {
            let check = look(bytes)
            #expect(check?.reason == short.reason)
            #expect(check?.since == short.since)
        }
        #expect(look(1100)?.reason == nil)
        #expect(look(1000)?.reason == nil)
        #expect(lines.count(" warning the disk is almost full: free space before") == 1)
        #expect(lines.count("free_bytes=999") == 1)
        #expect(lines.count(" notice the disk has room again") == 1)
    }

    @Test func `without a minimum the disk is not looked at`() {
        var isShort = false
        watch(minimum: 0) { _ in
            Issue.record("it is looked at")
            return 0
        }.look(&isShort)
        #expect(health.isReady)
    }

    @Test func `a disk that cannot be asked is no disk with room`() {
        var isShort = false
        watch { _ in nil }.look(&isShort)
        #expect(health.checks().first?.reason == "the free space of /data cannot be read")
        #expect(lines.count(" warning the disk does not tell its free space: ") == 1)
    }

    @Test func `the system tells how much is free`() throws {
        let folder = try TemporaryFolder()
        #expect(try #require(DiskSpace.free(at: folder.path)) > 0)
        #expect(DiskSpace.free(at: folder.path("absent")) == nil)
    }
}
