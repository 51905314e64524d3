internal import CRdkafka

/// Owns the messages of one poll.
///
/// It keeps their client alive, because librdkafka requires that the client is destroyed after the
/// messages.
final class MessageMemory {
    private let client: Client
    private var messages: [UnsafeMutablePointer<rd_kafka_message_t>] = []

    init(of client: Client) {
        self.client = client
    }

    func adopt(_ message: UnsafeMutablePointer<rd_kafka_message_t>) { messages.append(message) }

    deinit { for message in messages { rd_kafka_message_destroy(message) } }
}
