internal import CRdkafka

/// Predicts the partition that librdkafka will choose for a key.
enum Partitioner {
    case murmur2, crc32, fnv1a
    /// A random partition, which cannot be predicted.
    case random

    /// - Parameter configuration: The configuration, whose property `partitioner` may override the
    ///   default.
    init(_ configuration: ClientConfiguration) {
        switch configuration.properties.last(where: { $0.name == "partitioner" })?.value {
        case "consistent", "consistent_random": self = .crc32
        case "fnv1a", "fnv1a_random": self = .fnv1a
        case "random": self = .random
        default: self = .murmur2
        }
    }

    /// - Returns: The partition, or 0 if it cannot be predicted.
    func callAsFunction(_ message: borrowing ProducerMessage, _ partitions: Int32) -> Int32 {
        guard partitions > 1 else { return 0 }
        return message.withKey { key in
            guard let key, !key.isEmpty else { return 0 }
            let (start, count) = (key.baseAddress, key.count)
            return switch self {
            case .murmur2:
                rd_kafka_msg_partitioner_murmur2(nil, start, count, partitions, nil, nil)
            case .crc32:
                rd_kafka_msg_partitioner_consistent(nil, start, count, partitions, nil, nil)
            case .fnv1a:
                rd_kafka_msg_partitioner_fnv1a(nil, start, count, partitions, nil, nil)
            case .random: 0
            }
        }
    }
}
