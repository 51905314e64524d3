internal import CRdkafka

/// Owns a `rd_kafka_t`.
///
/// Sendable because librdkafka's handles may be used from any thread.
final class Client: @unchecked Sendable {
    let raw: OpaquePointer
    let questions = Questions()
    private let context: ClientContext
    private let bootstrapServers: String

    var log: ClientLog { context.log }

    init(adopting raw: OpaquePointer, bootstrapServers: String, context: ClientContext) {
        self.raw = raw
        self.bootstrapServers = bootstrapServers
        self.context = context
    }

    /// Waits for librdkafka's threads, which a client with nothing outstanding ends at once.
    ///
    /// Not for long: librdkafka 2.0.2 waits for ever when a topic that it consumed was deleted, and for a
    /// second when its brokers are away. Then they are left to the end of the process.
    deinit {
        let address = UInt(bitPattern: raw)
        let limit = isGivenUp ? Limits.destructionWhenGivenUp : Limits.destruction
        Destruction.wait(for: limit) { [context] in
            rd_kafka_destroy(OpaquePointer(bitPattern: address))
            withExtendedLifetime(context) {}
        }
    }

    private enum Limits {
        static let destruction = Duration.seconds(1)
        static let destructionWhenGivenUp = Duration.milliseconds(50)
    }

    /// Whether the process stops while brokers are known to be away: then nothing can be done with them.
    var isGivenUp: Bool { questions.areGivenUp && isCutOff }

    /// The last question was not answered, or a connection has failed just now.
    private var isCutOff: Bool { questions.isUnanswered || log.hasFailedLately }

    /// An error with its cause, which librdkafka tells elsewhere when a connection is in question:
    /// `_TRANSPORT` is all that a wrong password, a certificate and a name that does not resolve come
    /// to.
    ///
    /// - Parameter asked: Who did not answer, if not the brokers that a client begins with.
    func explained(_ error: KafkaError, of asked: String? = nil) -> KafkaError {
        guard error.isConnectionError else { return error }
        let cause = log.connectionFailure ?? "no answer from \(asked ?? bootstrapServers)"
        return KafkaError(rd_kafka_resp_err_t(error.code), cause)
    }
}

/// What librdkafka calls back; its client keeps it alive for as long as that may happen.
final class ClientContext: Sendable {
    let log: ClientLog
    /// Of a member of a group.
    let rebalance: Rebalance?

    /// Is called within a poll with the client, the error that tells what happens
    /// (`rd_kafka_conf_set_rebalance_cb`), and the partitions that are given or taken.
    typealias Rebalance = @Sendable (OpaquePointer, rd_kafka_resp_err_t, PartitionList.Raw) -> Void

    init(log: ClientLog, rebalance: Rebalance?) {
        self.log = log
        self.rebalance = rebalance
    }
}
