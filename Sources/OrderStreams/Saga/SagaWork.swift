internal import Kafka

/// The work that a record calls for.
enum SagaWork: Sendable {
    case cancel(ProducerMessage, SagaTrace? = nil)
    case bury(DeadLetter, SagaTrace? = nil)

    var bytes: Int {
        switch self {
        case .cancel(let message, _): message.value?.count ?? 0
        case .bury(let letter, _):
            // The worst case is base64.
            if case .value(let value) = letter.original { value.count * 4 / 3 } else { 0 }
        }
    }
}
