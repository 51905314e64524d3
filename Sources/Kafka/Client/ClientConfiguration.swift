/// How to reach a broker.
package struct ClientConfiguration: Sendable {
    /// A line of librdkafka's log: its syslog level (0 to 7), its facility such as `FAIL`, its text.
    package typealias Log = @Sendable (_ level: Int32, _ facility: String, _ text: String) -> Void

    /// `host:port`, several separated by commas.
    package let bootstrapServers: String
    /// The name under which brokers and lag tools know this client.
    package let clientID: String
    /// Set after our own, so that they win; see ``protectedProperties``.
    package let properties: [KafkaProperty]
    /// Is told when the client is busy and when it is not, such as a broker in the same process that
    /// rests meanwhile.
    package let traffic: (any TrafficListener)?
    package let log: Log

    package init(
        bootstrapServers: String,
        clientID: String,
        properties: [KafkaProperty] = [],
        traffic: (any TrafficListener)? = nil,
        log: @escaping Log = { _, _, _ in }
    ) {
        self.bootstrapServers = bootstrapServers
        self.clientID = clientID
        self.properties = properties
        self.traffic = traffic
        self.log = log
    }

    /// The same with another log.
    func logging(_ log: @escaping Log) -> ClientConfiguration {
        ClientConfiguration(
            bootstrapServers: bootstrapServers,
            clientID: clientID,
            properties: properties,
            traffic: traffic,
            log: log
        )
    }

    /// What may not be changed, because orders would be lost or doubled, and what it has to be.
    package static let protectedProperties: [String: Set<String>] = [
        "acks": ["all", "-1"],
        "request.required.acks": ["all", "-1"],
        "enable.idempotence": ["true"],
        // librdkafka may not give up what is in flight: see Outbox.
        "delivery.timeout.ms": ["0"],
        "message.timeout.ms": ["0"],
        "delivery.report.only.error": ["false"],
        "enable.gapless.guarantee": ["false"],
        "transactional.id": [],
        "enable.auto.commit": ["false"],
        "enable.auto.offset.store": ["false"],
        "auto.offset.reset": [],
        "enable.partition.eof": [],
        "group.id": [],
        "bootstrap.servers": [],
        "metadata.broker.list": [],
    ]
}
