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

    package var description: String { isConfigurationError ? message : "\(message) (\(name))" }
}

/// The text in a C buffer that ends in a zero byte.
func text(_ buffer: [CChar]) -> String {
    String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
