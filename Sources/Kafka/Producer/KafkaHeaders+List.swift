internal import CRdkafka

extension KafkaHeaders {
    /// Returns a `rd_kafka_headers_t` with these headers, which the caller owns; `nil` when there
    /// are none.
    func makeList() -> OpaquePointer? {
        guard count > 0 else { return nil }
        let list = rd_kafka_headers_new(count)
        forEach { name, value in
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
