internal import CRdkafka

/// Owns a `rd_kafka_t`.
///
/// Sendable because librdkafka's handles may be used from any thread.
final class Client: @unchecked Sendable {
    let raw: OpaquePointer
    let questions = Questions()
    let now: ClientConfiguration.Now
    private let context: ClientContext
    private let bootstrapServers: String

    var log: ClientLog { context.log }

    init(
        adopting raw: OpaquePointer,
        bootstrapServers: String,
        now: @escaping ClientConfiguration.Now,
        context: ClientContext
    ) {
        self.now = now
        self.raw = raw
        self.bootstrapServers = bootstrapServers
        self.context = context
    }

    /// Waits for the threads of librdkafka.
    ///
    /// They end at once if nothing is outstanding.
    ///
    /// The wait is short. librdkafka 2.0.2 waits for ever when a topic that it consumed was
    /// deleted, and for a second when its brokers cannot be reached. After the limit, the threads
    /// run until the process ends.
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

    /// Whether the process stops while brokers cannot be reached, so that no request can succeed.
    var isGivenUp: Bool { questions.areGivenUp && isCutOff }

    /// Whether the last question was not answered, or a connection has failed just now.
    private var isCutOff: Bool { questions.isUnanswered || log.hasFailedLately }

    /// Returns an error with its cause, if the error is about a connection.
    ///
    /// librdkafka writes the cause only to its log: it reports a wrong password, a bad certificate
    /// and a name that does not resolve all as `_TRANSPORT`.
    ///
    /// - Parameter asked: The brokers that did not answer, if not the bootstrap servers.
    func explained(_ error: KafkaError, of asked: String? = nil) -> KafkaError {
        guard error.isConnectionError else { return error }
        let cause = log.connectionFailure ?? "no answer from \(asked ?? bootstrapServers)"
        return KafkaError(rd_kafka_resp_err_t(error.code), cause)
    }
}

/// The targets of librdkafka's callbacks.
///
/// The client keeps this object alive as long as callbacks are possible.
final class ClientContext: Sendable {
    let log: ClientLog
    /// The rebalance callback of a member of a consumer group.
    let rebalance: Rebalance?

    /// A function that is called within a poll.
    ///
    /// It receives the client, an error code that identifies the event
    /// (`rd_kafka_conf_set_rebalance_cb`), and the partitions that are assigned or revoked.
    typealias Rebalance = @Sendable (OpaquePointer, rd_kafka_resp_err_t, PartitionList.Raw) -> Void

    init(log: ClientLog, rebalance: Rebalance?) {
        self.log = log
        self.rebalance = rebalance
    }
}
