internal import CRdkafka

/// An error of librdkafka or of a broker.
package struct KafkaError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The number of `rd_kafka_resp_err_t`: negative for the client's own, positive for a broker's.
    package let code: Int32
    /// The code's name, such as `_TIMED_OUT` or `NOT_LEADER_FOR_PARTITION`.
    package let name: String
    /// What happened, for a person.
    package let message: String
    /// Whether it lies in a configuration property, and so in the command's arguments.
    package let isConfigurationError: Bool

    init(_ code: rd_kafka_resp_err_t, _ message: String? = nil) {
        self.code = code.rawValue
        name = String(cString: rd_kafka_err2name(code))
        self.message = message ?? String(cString: rd_kafka_err2str(code))
        isConfigurationError = false
    }

    init(configuration message: String) {
        code = RD_KAFKA_RESP_ERR__INVALID_ARG.rawValue
        name = String(cString: rd_kafka_err2name(RD_KAFKA_RESP_ERR__INVALID_ARG))
        self.message = message
        isConfigurationError = true
    }

    /// No broker has been reached yet that could say whether the topics are there.
    package static let topicsNotKnown = KafkaError(
        RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC,
        "no broker has been reached since the start"
    )

    /// Whether another attempt may succeed without anybody's help: not so when a right is missing or
    /// the broker refuses what it was given.
    package var isRetriable: Bool {
        let final = [
            RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED,
            RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED, RD_KAFKA_RESP_ERR__AUTHENTICATION,
            RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED, RD_KAFKA_RESP_ERR_INVALID_RECORD,
            RD_KAFKA_RESP_ERR_POLICY_VIOLATION, RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION,
            RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE,
        ]
        return !final.contains { $0.rawValue == code }
    }

    /// Whether a partition has no record at the offset that was to be consumed.
    package var isOffsetOutOfRange: Bool {
        let codes = [RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE, RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET]
        return codes.contains { $0.rawValue == code }
    }

    /// Whether another member of the group has taken this one's place: both have the same
    /// `group.instance.id`.
    package var isFenced: Bool {
        code == RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID.rawValue
    }

    package var description: String { isConfigurationError ? message : "\(message) (\(name))" }
}

/// The text in a C buffer that ends in a zero byte.
func text(_ buffer: [CChar]) -> String {
    String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
