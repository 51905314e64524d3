import Orders
import ReadModel
import ReadModelTestSupport
import TestSupport
import Testing
import Text

@testable import Telemetry

/// A store that fails for a reason that no repetition mends, and works again later.
struct StoreFailureTests {
    private static let error = StoreError.failed(
        action: "writing orders",
        reason: "attempt to write a readonly database",
        isTransient: false
    )

    @Test func `what was applied before the failure is stored after it, and so is what follows`()
        async throws
    {
        let flow = try EventFlowFixture()
        let disk = MemoryDisk()
        try await flow.withProjection(store: MemoryStore(disk)) { _ in
            try await eventually("the projection to catch up") { flow.reason(.projection) == nil }
            disk.fail(Self.error)
            let ids = (0..<3).map { EventFlowFixture.orderID($0) }
            for id in ids { try await flow.publish(EventFlowFixture.created(id)) }
            try await eventually("a failed commit") {
                flow.reason(.projection)?.contains("readonly database") == true
            }
            disk.fail(nil)
            try await eventually("the rows") { try MemoryStore(disk).count() == ids.count }

            for id in ids {
                try await flow.publish(.inventoryReserved(InventoryReserved(orderID: id)))
            }
            try await eventually("the rows of confirmed orders") {
                try MemoryStore(disk).orders(ids).values.allSatisfy { $0.status == .confirmed }
            }
        }
        await flow.close()
    }
}
