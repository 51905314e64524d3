internal import Kafka

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
