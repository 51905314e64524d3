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
        let headers = headers(of: message)
        let error = message.withKey { key in
            message.withValue { value in
                crdkafka_produce(
                    raw,
                    topic,
                    message.partition ?? RD_KAFKA_PARTITION_UA,
                    key?.baseAddress,
                    key?.count ?? 0,
                    value?.baseAddress,
                    value?.count ?? 0,
                    headers,
                    UnsafeMutableRawPointer(bitPattern: number)
                )
            }
        }
        if error != RD_KAFKA_RESP_ERR_NO_ERROR, let headers { rd_kafka_headers_destroy(headers) }
        return error
    }

    /// The number of headers for which librdkafka's list has memory at first: those of an event.
    private static var usualHeaders: Int { 9 }

    /// Returns a `rd_kafka_headers_t`, which the caller owns; `nil` when there are no headers.
    private func headers(of message: borrowing ProducerMessage) -> OpaquePointer? {
        guard message.hasHeaders else { return nil }
        let list = rd_kafka_headers_new(Self.usualHeaders)
        message.forEachHeader { name, value in
            rd_kafka_header_add(
                list,
                name.baseAddress?.assumingMemoryBound(to: CChar.self),
                name.count,
                value?.baseAddress,
                value?.count ?? 0
            )
        }
        return list
    }
}
