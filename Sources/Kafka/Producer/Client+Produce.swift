internal import CRdkafka

extension Client {
    /// Passes a message to librdkafka, which copies it.
    ///
    /// - Parameters:
    ///   - topic: A `rd_kafka_topic_t`; `nil` when it could not be created.
    ///   - number: The number that identifies the message in its delivery report; not 0.
    func produce(
        _ message: borrowing ProducerMessage,
        to topic: OpaquePointer?,
        _ number: Int
    ) -> rd_kafka_resp_err_t {
        guard let topic else { return RD_KAFKA_RESP_ERR__INVALID_ARG }
        let headers = message.headers.makeList()
        let error = (message.value ?? []).withUnsafeBytes { value in
            (message.key ?? []).withUnsafeBytes { key in
                crdkafka_produce(
                    raw,
                    topic,
                    message.partition ?? RD_KAFKA_PARTITION_UA,
                    message.key == nil ? nil : key.baseAddress,
                    key.count,
                    message.value == nil ? nil : value.baseAddress,
                    value.count,
                    headers,
                    UnsafeMutableRawPointer(bitPattern: number)
                )
            }
        }
        if error != RD_KAFKA_RESP_ERR_NO_ERROR, let headers { rd_kafka_headers_destroy(headers) }
        return error
    }
}
