internal import CRdkafka

extension KafkaError {
    /// Whether the broker does not support this kind of request, as the embedded broker does not
    /// support requests about configurations.
    package var isUnsupported: Bool {
        let codes = [
            RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE, RD_KAFKA_RESP_ERR_UNSUPPORTED_VERSION,
        ]
        return codes.contains { $0.rawValue == code }
    }
}
