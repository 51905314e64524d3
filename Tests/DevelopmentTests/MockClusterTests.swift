import CRdkafka
import Testing

@testable import Development

struct MockClusterTests {
    /// The cluster's sockets have the options of this client.
    ///
    /// With Nagle's algorithm, an order took up to 40 ms.
    @Test func `the sockets of the cluster are without Nagle's algorithm`() throws {
        let cluster = try MockCluster(brokers: 1)
        var value = [CChar](repeating: 0, count: 16)
        var size = value.count
        let result = rd_kafka_conf_get(
            rd_kafka_conf(cluster.client),
            "socket.nagle.disable",
            &value,
            &size
        )
        #expect(result == RD_KAFKA_CONF_OK)
        #expect(value.prefix(4).map { UInt8(bitPattern: $0) } == Array("true".utf8))
    }
}
