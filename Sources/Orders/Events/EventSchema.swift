/// The JSON Schemas (draft 2020-12) of the events, for programs that write or read them.
package enum EventSchema {
    /// The schema of one version of an event, as JSON text.
    package static func json(_ type: EventType, _ version: EventVersion) -> [UInt8] {
        switch (type, version) {
        case (.orderCreated, .v1_0): PackageResources.OrderCreated_1_0_json
        case (.orderCreated, .v2_0): PackageResources.OrderCreated_2_0_json
        case (.orderCancelled, .v1_0): PackageResources.OrderCancelled_1_0_json
        case (.orderCancelled, .v2_0): PackageResources.OrderCancelled_2_0_json
        case (.inventoryReserved, .v1_0): PackageResources.InventoryReserved_1_0_json
        case (.inventoryReserved, .v2_0): PackageResources.InventoryReserved_2_0_json
        case (.inventoryReservationFailed, .v1_0):
            PackageResources.InventoryReservationFailed_1_0_json
        case (.inventoryReservationFailed, .v2_0):
            PackageResources.InventoryReservationFailed_2_0_json
        }
    }
}
