internal import CRdkafka

/// Where consumption of a partition begins.
package enum StartOffset: Equatable, Sendable {
    /// The oldest record that the broker still has.
    case earliest
    /// The position after the newest record.
    case latest
    /// The record with this offset.
    case at(Int64)

    var raw: Int64 {
        switch self {
        case .earliest: Int64(RD_KAFKA_OFFSET_BEGINNING)
        case .latest: Int64(RD_KAFKA_OFFSET_END)
        case .at(let offset): offset
        }
    }
}
