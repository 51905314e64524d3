internal import CRdkafka

/// An error of librdkafka or of a broker.
package struct KafkaError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The number of `rd_kafka_resp_err_t`: negative for errors of the client, positive for errors
    /// of a broker.
    package let code: Int32
    /// The code's name, such as `_TIMED_OUT` or `NOT_LEADER_FOR_PARTITION`.
    package let name: String
    /// The description of the error for people.
    package let message: String
    /// Whether the cause is a configuration property, and so an argument of the command.
    package let isConfigurationError: Bool

    init(_ code: rd_kafka_resp_err_t, _ message: String? = nil) {
        self.code = code.rawValue
        name = String(cString: rd_kafka_err2name(code))
        self.message = message ?? String(cString: rd_kafka_err2str(code))
        isConfigurationError = false
    }

    /// - Parameter code: A number of `rd_kafka_resp_err_t`.
    package init(code: Int32, _ message: String? = nil) {
        self.init(rd_kafka_resp_err_t(code), message)
    }

    init(configuration message: String) {
        code = RD_KAFKA_RESP_ERR__INVALID_ARG.rawValue
        name = String(cString: rd_kafka_err2name(RD_KAFKA_RESP_ERR__INVALID_ARG))
        self.message = message
        isConfigurationError = true
    }

    /// The error before any broker has reported which topics exist.
    package static let topicsNotKnown = KafkaError(
        RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC,
        "no broker has been reached since the start"
    )

    /// The error of a question without an answer, because the caller stops and no longer waits.
    static let givenUp = KafkaError(RD_KAFKA_RESP_ERR__DESTROY, "the question was given up")
    static let badMessage = KafkaError(RD_KAFKA_RESP_ERR__BAD_MSG)
    static let allBrokersDown = KafkaError(RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN)

    /// Returns the error of a topic that cannot be used.
    package static func topic(_ problem: String) -> KafkaError {
        KafkaError(RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, problem)
    }

    /// Whether the broker answers but refuses the request, because a right is missing or a rule
    /// forbids it.
    package var isRefusal: Bool {
        let refusals = [
            RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED,
            RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED,
            RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED,
            RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED,
            RD_KAFKA_RESP_ERR__AUTHENTICATION, RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED,
            RD_KAFKA_RESP_ERR_INVALID_TIMESTAMP, RD_KAFKA_RESP_ERR_INVALID_RECORD,
            RD_KAFKA_RESP_ERR_POLICY_VIOLATION, RD_KAFKA_RESP_ERR_INVALID_CONFIG,
            RD_KAFKA_RESP_ERR_UNSUPPORTED_FOR_MESSAGE_FORMAT,
        ]
        return isAny(of: refusals)
    }

    /// Whether a record or its batch is damaged, larger than this client accepts, or compressed
    /// with an unsupported codec.
    ///
    /// Another attempt cannot read it either.
    package var isUnreadable: Bool {
        let codes = [
            RD_KAFKA_RESP_ERR__BAD_MSG, RD_KAFKA_RESP_ERR__BAD_COMPRESSION,
            RD_KAFKA_RESP_ERR__NOT_IMPLEMENTED, RD_KAFKA_RESP_ERR_INVALID_MSG,
            RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, RD_KAFKA_RESP_ERR__UNDERFLOW,
        ]
        return isAny(of: codes)
    }

    /// Whether a right is missing.
    package var isAuthorization: Bool {
        let codes = [
            RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED,
            RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED,
            RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED,
        ]
        return isAny(of: codes)
    }

    /// Whether there is no such topic or partition.
    package var isUnknownTopic: Bool {
        let codes = [
            RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC,
            RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION,
        ]
        return isAny(of: codes)
    }

    var isTimeout: Bool { code == RD_KAFKA_RESP_ERR__TIMED_OUT.rawValue }

    /// Whether a group has no coordinator for the moment, as after the start of a cluster.
    var isCoordinatorMoving: Bool {
        let codes = [
            RD_KAFKA_RESP_ERR_NOT_COORDINATOR, RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE,
            RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS,
        ]
        return isAny(of: codes)
    }

    /// Whether the error only reports failed communication; the cause is in librdkafka's log.
    package var isConnectionError: Bool {
        let codes = [
            RD_KAFKA_RESP_ERR__TRANSPORT, RD_KAFKA_RESP_ERR__TIMED_OUT,
            RD_KAFKA_RESP_ERR__MSG_TIMED_OUT, RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN,
            RD_KAFKA_RESP_ERR__RESOLVE, RD_KAFKA_RESP_ERR__AUTHENTICATION,
            RD_KAFKA_RESP_ERR__SSL, RD_KAFKA_RESP_ERR__TIMED_OUT_QUEUE,
            RD_KAFKA_RESP_ERR__WAIT_COORD, RD_KAFKA_RESP_ERR__NODE_UPDATE,
        ]
        return isAny(of: codes)
    }

    /// Whether another attempt may succeed without a change by a person.
    package var isRetriable: Bool {
        let final = [RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION, RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE]
        return !isRefusal && !isAny(of: final)
    }

    /// Whether a partition has no record at the offset to consume.
    package var isOffsetOutOfRange: Bool {
        let codes = [RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE, RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET]
        return isAny(of: codes)
    }

    /// Whether another member of the group with the same `group.instance.id` has replaced this
    /// member.
    package var isFenced: Bool {
        code == RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID.rawValue
    }

    private func isAny(of codes: [rd_kafka_resp_err_t]) -> Bool {
        codes.contains { $0.rawValue == code }
    }

    package var description: String { isConfigurationError ? message : "\(message) (\(name))" }
}

/// Returns the text of a C buffer that ends with a zero byte.
func text(_ buffer: [CChar]) -> String {
    String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
