internal import Kafka
package import Orders
internal import ReadModel
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

    /// - Returns: `nil` when a record with this content calls for nothing.
    func work(for record: FetchedRecord, _ content: RecordContent) -> SagaWork? {
        switch content {
        case .event(let event):
            guard case .inventoryReservationFailed(let failure) = event.payload else { return nil }
            return .cancel(
                Compensation.message(
                    for: failure,
                    of: event,
                    header: record.header,
                    version: version
                )
            )
        case .unknownType: return nil
        case .rejected(let error):
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

extension RecordContent {
    /// Whether a record with this content may call for work.
    var concernsSaga: Bool {
        switch self {
        case .event(let event):
            if case .inventoryReservationFailed = event.payload { true } else { false }
        case .unknownType: false
        case .rejected: true
        }
    }

    /// The type of the event; `nil` for anything else.
    var eventType: EventType? {
        if case .event(let event) = self { event.payload.eventType } else { nil }
    }
}

/// The work that a record calls for.
enum SagaWork: Sendable {
    case cancel(ProducerMessage)
    case bury(DeadLetter)

    var bytes: Int {
        switch self {
        case .cancel(let message): message.value?.count ?? 0
        case .bury(let letter):
            // The worst case is base64.
            if case .value(let value) = letter.original { value.count * 4 / 3 } else { 0 }
        }
    }
}
