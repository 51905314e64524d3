internal import Kafka
package import Orders
package import Text

/// Decides what a record calls for.
package struct SagaRules: Sendable {
    private let version: EventVersion
    private let time: WallClock

    /// - Parameters:
    ///   - version: The version of published events.
    ///   - time: The clock for the timestamps of dead letters.
    package init(version: EventVersion, time: WallClock) {
        self.version = version
        self.time = time
    }

    /// - Parameter event: The event in the record, or the reason why it cannot be processed.
    /// - Returns: `nil` when the record calls for nothing.
    func work(
        for record: FetchedRecord,
        _ event: Result<DecodedEvent, EventError>
    ) -> SagaWork? {
        switch event {
        case .success(.event(let event)):
            guard case .inventoryReservationFailed(let failure) = event.payload else { return nil }
            return .cancel(
                Compensation.message(
                    for: failure,
                    of: event,
                    header: record.header,
                    version: version
                )
            )
        case .success(.unknownType): return nil
        case .failure(let error):
            return .bury(
                DeadLetter(
                    record.copy(),
                    error: error,
                    group: SagaService.groupID,
                    at: time.now()
                )
            )
        }
    }

    func work(for gap: UnreadableGap) -> SagaWork {
        .bury(
            DeadLetter(
                unreadable: gap.offsets,
                of: gap.partition,
                error: gap.error,
                group: SagaService.groupID,
                at: time.now()
            )
        )
    }
}

extension EventType {
    /// Whether an event of this type may call for work.
    var concernsSaga: Bool { self == .inventoryReservationFailed }
}

extension Result<DecodedEvent, EventError> {
    /// Whether a record with this event may call for work.
    var concernsSaga: Bool {
        switch self {
        case .success(.event(let event)): event.payload.eventType.concernsSaga
        case .success(.unknownType): false
        case .failure: true
        }
    }
}
