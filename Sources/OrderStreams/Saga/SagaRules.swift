internal import Kafka
package import Orders
package import Telemetry
package import Text

/// Decides what a record calls for.
package struct SagaRules: Sendable {
    private let version: EventVersion
    private let time: WallClock
    private let tracer: Tracer?

    /// - Parameters:
    ///   - version: The version of published events.
    ///   - time: The clock for the timestamps of dead letters.
    ///   - tracer: Records what records call for; `nil` to record nothing.
    package init(version: EventVersion, time: WallClock, tracer: Tracer? = nil) {
        self.version = version
        self.time = time
        self.tracer = tracer
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
            let processing = tracer?.process(record, event, by: SagaService.groupID)
            return .cancel(
                Compensation.message(
                    for: failure,
                    of: event,
                    header: record.header,
                    version: version,
                    isSampled: tracer == nil ? nil : processing != nil
                ),
                processing.map {
                    SagaTrace(processing: $0, messageSpan: Compensation.spanID(for: event))
                }
            )
        case .success(.unknownType): return nil
        case .failure(let error):
            let processing = tracer?.process(record, failedWith: error, by: SagaService.groupID)
            return .bury(
                DeadLetter(
                    record.copy(),
                    error: error,
                    group: SagaService.groupID,
                    at: time.now()
                ),
                processing.map { SagaTrace(processing: $0, messageSpan: nil) }
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
