internal import CRdkafka

extension KafkaError {
    /// Whether the broker does not know this kind of request at all, as the embedded one does not know
    /// those about configurations.
    package var isUnsupported: Bool {
        let codes = [
            RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE, RD_KAFKA_RESP_ERR_UNSUPPORTED_VERSION,
        ]
        return codes.contains { $0.rawValue == code }
    }
}
