internal import CRdkafka

extension KafkaHeader {
    /// Returns the headers of a message that librdkafka holds.
    static func all(of message: UnsafePointer<rd_kafka_message_t>) -> [KafkaHeader] {
        guard let list = list(of: message) else { return [] }
        var headers: [KafkaHeader] = []
        var name: UnsafePointer<CChar>?
        var value: UnsafeRawPointer?
        var size = 0
        while rd_kafka_header_get_all(list, headers.count, &name, &value, &size)
            == RD_KAFKA_RESP_ERR_NO_ERROR, let found = name
        {
            let bytes = value.map {
                [UInt8](UnsafeRawBufferPointer(start: $0, count: size))
            }
            headers.append(KafkaHeader(name: String(cString: found), value: bytes))
        }
        return headers
    }

    static func list(of message: UnsafePointer<rd_kafka_message_t>) -> OpaquePointer? {
        var list: OpaquePointer?
        let error = rd_kafka_message_headers(message, &list)
        return error == RD_KAFKA_RESP_ERR_NO_ERROR ? list : nil
    }
}
